"""Whose modules they are, and which files belong to the project at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from caddis.stages.scan import scan
from tests.unit.scan.folders import kinds, only, scanned, write

OWN, OTHER = ImportKind.FIRST_PARTY, ImportKind.REQUIRED


@pytest.mark.parametrize(
    ("importer", "statement", "others", "kind"),
    [
        ("src/app/m.py", "import app.n", ["src/app/__init__.py", "src/app/n.py"], OWN),
        ("app/m.py", "import app", ["app/__init__.py"], OWN),
        ("run.py", "import helper", ["helper.py"], OWN),
        ("tools/run.py", "import helper", ["tools/helper.py"], OWN),
        ("tools/deep/run.py", "import helper", ["tools/helper.py"], OWN),
        ("app/m.py", "import fast", ["fast.cpython-311-x86_64-linux-gnu.so"], OWN),
        ("a/x/m.py", "import y", ["a/pyproject.toml", "b/setup.py", "b/y.py"], OWN),
        ("m.py", "from ns.own import x", ["src/ns/own/__init__.py"], OWN),
        ("m.py", "from ns.other import x", ["src/ns/own/__init__.py"], OTHER),
        ("m.py", "from ns import own", ["src/ns/own/__init__.py"], OWN),
        (
            "tests/x/test_m.py",
            "from conftest import y",
            ["tests/__init__.py", "tests/x/__init__.py", "tests/conftest.py"],
            OWN,
        ),
        # Each of these hid a package from some tool.
        ("app/m.py", "import yaml", ["app/__init__.py", "app/yaml.py"], OTHER),
        ("app/m.py", "import yaml", ["app/__init__.py", "data/yaml/x.txt"], OTHER),
        ("app/m.py", "import yaml", ["app/__init__.py", "tests/yaml.py"], OTHER),
        ("app/m.py", "import yaml", ["app/__init__.py", "yaml/make.py"], OTHER),
    ],
)
def test_a_module_is_the_projects_where_python_would_find_it_there(
    tmp_path: Path, importer, statement, others, kind
) -> None:
    files = {importer: f"{statement}\n", **dict.fromkeys(others, "")}
    found = scanned(tmp_path, files)
    assert [item.kind for item in found.imports] == [kind]


@pytest.mark.parametrize(
    "declared",
    [
        '[project]\nname = "my-own"\n',
        '[tool.maturin]\nmodule-name = "my_own._fast"\n',
        '[tool.setuptools]\npy-modules = ["my_own"]\n',
    ],
)
def test_the_names_in_a_pyproject_are_the_projects(tmp_path: Path, declared) -> None:
    files = {"m.py": "import my_own\n", "pyproject.toml": declared}
    assert only(scanned(tmp_path, files), "my_own").kind is OWN


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.py", "setup(ext_modules=[Extension('own', ['own.c'])])\n"),
        ("setup.py", "setup(ext_modules=[RustExtension(name='own._x')])\n"),
        ("setup.py", "setup(py_modules=['other', 'own'])\n"),
        ("setup.cfg", "[options]\npy_modules =\n    other\n    own\n"),
        ("pyproject.toml", "[[tool.setuptools.ext-modules]]\nname = 'own'\n"),
    ],
)
def test_what_a_project_compiles_is_its_own(tmp_path: Path, name, content) -> None:
    found = scanned(tmp_path, {"m.py": "import own\n", name: content})
    assert only(found, "own").kind is OWN


@pytest.mark.parametrize(
    "init",
    [
        "# free\n__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
        '"a"\nfrom pkgutil import extend_path\n'
        "__path__: list = extend_path(__path__, __name__)\n",
        "try:\n    __import__('pkg_resources').declare_namespace(__name__)\n"
        "except ImportError:\n    pass\n",
    ],
)
def test_others_have_parts_of_a_package_that_says_so(tmp_path: Path, init) -> None:
    code = (
        "from a import own\nfrom a.own import x\nimport a.other\nfrom a import third\n"
    )
    files = {
        "pyproject.toml": "",
        "src/a/__init__.py": init,
        "src/a/own/__init__.py": "",
        "m.py": code,
    }
    found = scanned(tmp_path, files)
    expected = [(1, OWN), (2, OWN), (3, OTHER), (4, OTHER)]
    assert [(i.line, i.kind) for i in found.imports if i.path == "m.py"] == expected
    assert only(scan(tmp_path / "m.py"), "a.other").kind is OTHER


def test_a_package_with_more_than_room_for_others_is_whole(tmp_path: Path) -> None:
    init = (
        "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
    )
    files = {"a/__init__.py": init + "def f(): pass\n", "m.py": "from a import f\n"}
    assert only(scanned(tmp_path, files), "a").kind is OWN


def test_a_name_with_dots_is_that_of_a_part(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "zope.own"\n',
        "src/zope/own/__init__.py": "import zope.event\nimport zope.own.a\n",
    }
    found = scanned(tmp_path, files)
    assert kinds(found) == {"zope.event": OTHER, "zope.own.a": OWN}


def test_a_module_called_setup_makes_no_project(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "",
        "a/setup.py": "import yaml\ndef setup():\n    pass\n",
        "a/yaml.py": "",
        "a/commands/__init__.py": "",
        "a/commands/git.py": "",
        "a/commands/setup.py": "from numpy.distutils.core import setup\nsetup()\n",
        "a/m.py": "import git\n",
    }
    found = scanned(tmp_path, files)
    assert only(found, "git").kind is OTHER
    assert (only(found, "yaml").kind, only(found, "yaml").group) == (OTHER, "")
    assert only(found, "numpy.distutils.core").group == "build"
    alone = scan(tmp_path / "a")
    assert only(alone, "yaml").kind is OTHER


@pytest.mark.parametrize("aside", ["tests/data/x", "examples/x", "a/fixtures"])
@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": '[project]\nname = "yaml"\n'},
        {"pyproject.toml": "", "yaml.py": ""},
        {"setup.py": "", "src/yaml/__init__.py": ""},
        {"setup.cfg": "[options]\npackage_dir =\n    = lib\n", "lib/yaml.py": ""},
    ],
)
def test_a_project_for_tests_or_as_an_example_hides_nothing_elsewhere(
    tmp_path: Path, aside: str, files
) -> None:
    code = {"m.py": "import yaml\n", f"{aside}/m.py": "import yaml\n"}
    below = {f"{aside}/{name}": content for name, content in files.items()}
    found = scanned(tmp_path, {**code, **below})
    own = {i.path for i in found.imports if i.module == "yaml" and i.kind is OWN}
    assert own == {f"{aside}/m.py"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["lib/py"]\n'),
        ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "lib/py"}\n'),
        ("setup.cfg", "[options]\npackage_dir =\n    = lib/py\npackages = find:\n"),
        ("setup.cfg", "[options.packages.find]\nwhere = lib/py\n"),
        ("setup.py", "setup(package_dir={'': 'lib/py'})\n"),
        ("setup.py", "setup(packages=find_packages(where='lib/py'))\n"),
    ],
)
def test_a_project_file_says_where_modules_are(tmp_path: Path, name, content) -> None:
    files = {"m.py": "import own\n", "lib/py/own.py": "", name: content}
    assert only(scanned(tmp_path, files), "own").kind is OWN


PROJECT = {
    "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["lib"]\n',
    "lib/app/__init__.py": "",
    "lib/app/yaml.py": "",
    "lib/app/m.py": "import app, beside, json, yaml\n",
    "lib/app/json.py": "",
    "lib/app/inner/__init__.py": "",
    "lib/app/inner/m.py": "import app, beside, json, yaml\n",
    "lib/beside.py": "",
    "tests/__init__.py": "",
    "tests/test_m.py": "import app, beside, json, tests\n",
    "tools/run.py": "import app, beside, helper, json\n",
    "tools/helper.py": "",
    "data/yaml/empty/x.txt": "",
    "data/use.py": "import yaml, app.inner\n",
}


@pytest.mark.parametrize(
    ("part", "own"),
    [
        ("lib/app", {"app", "beside"}),
        ("lib/app/inner", {"app", "beside"}),
        ("lib/app/m.py", {"app", "beside"}),
        ("tests", {"app", "beside", "tests"}),
        ("tools", {"app", "beside", "helper"}),
        ("tools/run.py", {"app", "beside", "helper"}),
        ("data", {"app.inner"}),
    ],
)
def test_a_part_of_a_project_is_judged_as_within_the_whole(
    tmp_path: Path, part: str, own: set[str]
) -> None:
    found = scan(write(tmp_path, PROJECT) / part)
    assert {i.module for i in found.imports if i.kind is OWN} == own


def test_a_package_without_a_project_is_still_one(tmp_path: Path) -> None:
    files = {"__init__.py": "", "yaml.py": "", "m.py": "import yaml, app, other\n"}
    write(tmp_path, {"other.py": ""})
    found = scanned(tmp_path / "app", files)
    assert {i.module for i in found.imports if i.kind is OWN} == {"app", "other"}


def test_projects_beside_a_package_are_not_its_own(tmp_path: Path) -> None:
    clone = {"pandas/pyproject.toml": "", "pandas/pandas/__init__.py": ""}
    write(tmp_path, {**clone, "work/scipy/__init__.py": ""})
    found = scanned(tmp_path / "app", {"__init__.py": "import pandas, work.scipy\n"})
    assert {item.kind for item in found.imports} == {OTHER}


def test_relative_imports_are_relative(tmp_path: Path) -> None:
    found = scanned(tmp_path, {"a/m.py": "from . import b\nfrom ..c import d\n"})
    assert {item.kind for item in found.imports} == {ImportKind.RELATIVE}


@pytest.mark.parametrize(
    ("path", "beside", "reason"),
    [
        ("env/lib/m.py", "env/pyvenv.cfg", "a virtual environment"),
        ("envs/x/lib/m.py", "envs/x/conda-meta/history", "a virtual environment"),
        ("un/lib/m.py", "un/.caddis/manifest.json", "a virtual environment"),
        ("node_modules/a/m.py", "", "packages of another language"),
        ("build/lib/m.py", "pyproject.toml", "build output"),
        ("pip/_vendor/m.py", "", "vendored packages"),
        ("app/vendor/m.py", "app/vendor/__init__.py", "vendored packages"),
        ("ThirdParty/m.py", "", "vendored packages"),
        (".tox/py/m.py", "", "virtual environments"),
        ("lib/site-packages/m.py", "", "installed packages"),
    ],
)
def test_what_is_not_the_projects_is_left_out(tmp_path: Path, path, beside, reason):
    files = {path: "import a\n", "n.py": "", **({beside: ""} if beside else {})}
    found = scanned(tmp_path, files)
    assert found.imports == ()
    assert [left.reason for left in found.skipped] == [reason]
    assert only(scanned(tmp_path, files, everything=True), "a")


def test_the_vendors_of_a_shop_are_the_projects(tmp_path: Path) -> None:
    files = {"shop/vendor/models.py": "import a\n", "shop/vendor/m.py": "import b\n"}
    assert set(kinds(scanned(tmp_path, files))) == {"a", "b"}


@pytest.mark.parametrize(
    ("rules", "path", "ignored"),
    [
        ("gen.py", "a/gen.py", True),
        ("/gen.py", "a/gen.py", False),
        ("/a/gen.py", "a/gen.py", True),
        ("a/*.py", "a/gen.py", True),
        ("a/*.py", "a/b/gen.py", False),
        ("a/**/gen.py", "a/b/c/gen.py", True),
        ("**/b/gen.py", "a/b/gen.py", True),
        ("out/", "out/gen.py", True),
        ("out/", "a/out/gen.py", True),
        ("*.py\n!gen.py", "gen.py", False),
        ("# gen.py", "gen.py", False),
        ("g?n.py", "gen.py", True),
        ("[fg]en.py", "gen.py", True),
        ("[!g]en.py", "gen.py", False),
        ("gen.py  ", "gen.py", True),
        ("\\#gen.py", "#gen.py", True),
        ("a/**", "a/b/gen.py", True),
    ],
)
def test_what_git_ignores_is_left_out(tmp_path: Path, rules, path, ignored) -> None:
    found = scanned(tmp_path, {".gitignore": rules, path: "import a\n"})
    assert (found.imports == ()) == ignored
    assert [left.reason for left in found.skipped] == (
        ["ignored by .gitignore"] if ignored else []
    )


def test_rules_above_the_scanned_folder_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/app/gen.py\n")
    found = scanned(tmp_path / "app", {"gen.py": "import a\n", "m.py": "import b\n"})
    assert [item.module for item in found.imports] == ["b"]


@pytest.mark.parametrize(
    ("code", "is_namesake"),
    [
        ("from penguins.data import load\nimport penguins\n", True),
        ("from penguins import data\n", True),
        ("from penguins import flights\n", False),
        ("from penguins.data import load\nimport penguins.flights\n", False),
        ("import penguins\n", False),
    ],
)
def test_a_package_in_a_folder_of_another_name_may_be_what_is_imported(
    tmp_path: Path, code: str, is_namesake: bool
) -> None:
    files = {"__init__.py": "", "data.py": "", "notes.py": code}
    found = scanned(tmp_path, files)
    assert found.namesakes == ({"penguins": ""} if is_namesake else {})
    assert not scanned(tmp_path / "x", {"data.py": "", "n.py": code}).namesakes


@pytest.mark.parametrize(
    ("path", "code", "folder"),
    [
        ("lib/helpers.py", "import helpers", "lib"),
        ("lib/helpers/__init__.py", "from helpers import a", "lib"),
        ("lib/helpers/a.py", "from helpers import a", "lib"),
        ("lib/helpers/a.py", "from helpers import b", None),
        ("app/helpers.py", "import helpers", None),
        ("tests/helpers.py", "import helpers", None),
    ],
)
def test_modules_that_no_path_leads_to_are_told(
    tmp_path: Path, path: str, code: str, folder: str | None
) -> None:
    found = scanned(tmp_path, {"app/__init__.py": "", "m/n.py": code, path: ""})
    assert only(found, "helpers").kind is OTHER
    assert found.namesakes.get("helpers") == folder


def test_programs_in_a_package_import_what_lies_beside_them(tmp_path: Path) -> None:
    # behave's environment.py does, in the folder `features` of many tests.
    files = {
        "a/__init__.py": "",
        "a/features/__init__.py": "",
        "a/features/fixture_utils.py": "",
        "a/features/environment.py": "import fixture_utils, other_utils\n",
        "a/other/__init__.py": "",
        "a/other/other_utils.py": "",
    }
    assert scanned(tmp_path, files).namesakes == {"fixture_utils": "a/features"}


def test_a_project_may_be_a_package_as_a_whole(tmp_path: Path) -> None:
    # Plug-ins of QGIS and nodes of ComfyUI are: `__init__.py` beside pyproject.toml.
    files = {
        "pyproject.toml": "[project]\n",
        "__init__.py": "",
        "m.py": "import yaml\n",
    }
    assert not scanned(tmp_path, files).namesakes
    beside = scanned(tmp_path, {**files, "run.py": "import m\n"})
    assert only(beside, "m").kind is ImportKind.FIRST_PARTY
