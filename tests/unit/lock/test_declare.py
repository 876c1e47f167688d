"""What files declare, each kind as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.requirements import Ecosystem
from caddis.stages.declare import declare, find_declarations


def _declare(folder: Path, name: str, text: str, **variables: str) -> Declaration:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return declare(folder, [path], variables=variables)


def _specs(found: Declaration, ecosystem: Ecosystem) -> list[str]:
    return [r.spec for r in found.requirements if r.ecosystem is ecosystem]


_ENVIRONMENT = """\
name: analysis
channels:
  - conda-forge
  - https://${USER}:${WORD}@c.example/private
  - nodefaults
dependencies:
  - python=3.11
  - numpy=1.26=py311_0
  - conda-forge::scipy >=1.11
  - pip
  - pip:
    - --extra-index-url https://p.example/simple
    - requests[socks]>=2.31  # for the proxy
    - -r more.txt
    - -e ./lib
variables:
  MODE: fast
  LEVEL: 3
prefix: /home/me/envs/analysis
"""


def test_an_environment_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("idna==3.10\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "pyproject.toml").write_text('[project]\nname = "my-lib"\n')
    found = _declare(tmp_path, "environment.yml", _ENVIRONMENT, USER="u", WORD="w")
    assert found.name == "analysis"
    assert found.channels == ("conda-forge", "https://u:w@c.example/private")
    assert found.indexes == ("https://p.example/simple",)
    assert not found.replaces_pypi
    assert dict(found.variables) == {"MODE": "fast", "LEVEL": "3"}
    assert _specs(found, Ecosystem.CONDA) == [
        "python=3.11",
        "numpy=1.26=py311_0",
        "conda-forge::scipy >=1.11",
        "pip",
    ]
    assert _specs(found, Ecosystem.PYPI) == [
        "requests[socks]>=2.31",
        "idna==3.10",
        "-e ./lib",
    ]
    assert found.files == ("environment.yml", "more.txt")
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["scipy"] == "environment.yml:9"
    assert by_name["requests"] == "environment.yml:13"
    assert by_name["idna"] == "more.txt:1"
    assert by_name["my-lib"] == "environment.yml:15"


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("dependencies: [numpy\n", r"environment.yml:2: this is not YAML", "colons"),
        ("- numpy\n", r"environment.yml:1: an environment file is a map", "name:"),
        ("variables:\n  A:\n", r"yml:2: the variable A has no value", 'A: ""'),
        ("dependencies:\n- numpy: 1.26\n", r"yml:2: a dependency is", "numpy=1.26"),
        ("name: x\ndependecies: [a]\n", r"yml:2: .* no key 'dependecies'", "depend"),
        ("dependencies: numpy\n", r"yml:1: dependencies is a list", "dash"),
        ("dependencies:\n- 3\n", r"yml:2: a dependency is a text", "- numpy"),
        ("dependencies:\n- '>=2'\n", r"yml:2: '>=2' is not a conda pack", "numpy >=2"),
        ("channels:\n- https://$NO@x\n", r"yml:2: .* NO is not set", "export NO="),
        ("dependencies:\n- pip:\n  - a=1\n", r"yml:3: 'a=1' is not", "a==1"),
    ],
)
def test_a_wrong_environment_file_is_explained(
    tmp_path: Path, text: str, message: str, advice: str
) -> None:
    with pytest.raises(ProjectError, match=message) as caught:
        _declare(tmp_path, "environment.yml", text)
    assert advice in caught.value.hint


_REQUIREMENTS = """\
--index-url https://u:${WORD}@p.example/simple
-c limits.txt
requests >= 2.31 ; python_version > "3.8"
numpy==2.1.0 \\
    --hash=sha256:FIRST \\
    --hash=sha256:SECOND
git+https://g.example/me/tool.git@v1
lib @ https://x.example/lib-1.0-py3-none-any.whl
-rother/more.in
# a comment
./wheels/local-1.0-py3-none-any.whl
""".replace("FIRST", "Aa" * 32).replace("SECOND", "bb" * 32)


def test_a_path_beside_the_project_is_told_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "project").mkdir()
    found = _declare(
        tmp_path / "project", "requirements.in", "-e ../lib[more]\n../lib\n"
    )
    assert _specs(found, Ecosystem.PYPI) == ["-e ../lib[more]", "../lib"]


@pytest.mark.parametrize(
    ("line", "spec"),
    [("-e .", "-e ."), ("-e ./[x]", "-e .[x]"), (".", "."), ("./[x]", ".[x]")],
)
def test_the_project_itself_is_told_in_one_way(
    line: str, spec: str, tmp_path: Path
) -> None:
    (found,) = _declare(tmp_path, "requirements.in", f"{line}\n").requirements
    assert found.spec == spec


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nname = "Birds"\n'),
        ("pyproject.toml", '[tool.poetry]\nname = "Birds"\n'),
        ("setup.py", 'from setuptools import setup\nsetup(name="Birds")\n'),
    ],
)
def test_a_folder_is_called_as_its_project_calls_itself(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    (asked,) = _declare(tmp_path, "requirements.txt", "-e .\n").requirements
    assert asked.name == "birds"


def test_a_requirements_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "limits.txt").write_text("urllib3<3\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "more.in").write_text("-e sub\n")
    (tmp_path / "other" / "sub").mkdir()
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "local-1.0-py3-none-any.whl").touch()
    found = _declare(tmp_path, "requirements.in", _REQUIREMENTS, WORD="w")
    assert found.indexes == ("https://u:w@p.example/simple",)
    assert found.replaces_pypi
    assert [limit.spec for limit in found.constraints] == ["urllib3<3"]
    assert _specs(found, Ecosystem.PYPI) == [
        'requests >= 2.31 ; python_version > "3.8"',
        "numpy==2.1.0",
        "tool @ git+https://g.example/me/tool.git@v1",
        "lib @ https://x.example/lib-1.0-py3-none-any.whl",
        # A path is told from the project, not from the file that names it.
        "-e ./other/sub",
        "./wheels/local-1.0-py3-none-any.whl",
    ]
    hashes = {r.name: r.hashes for r in found.requirements}
    assert hashes["numpy"] == ("aa" * 32, "bb" * 32)
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["numpy"] == "requirements.in:4"
    assert by_name["tool"] == "requirements.in:7"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("requests=2\n", "requirements.in:1: 'requests=2' is not a requirement"),
        ("\n\nfoo bar\n", "requirements.in:3: 'foo bar' is not a requirement"),
        ("-r gone.txt\n", "requirements.in:1: there is no file gone.txt"),
        ("-e ./gone\n", "requirements.in:1: there is no folder"),
        ("--target x\n", "requirements.in:1: caddis does not know .* --target"),
        ("six==1.0 --hash=md5:aa\n", "requirements.in:1: caddis compares sha256"),
        ("six==1.0 --hash=sha256:zz\n", "requirements.in:1: 'zz' is no sha256"),
        ("./gone-1.0-py3-none-any.whl\n", "requirements.in:1: there is no file"),
        ("six\n-r requirements.in\n", "requirements.in:2: requirements.in names its"),
        ("a\nsix --config-settings x=y\n", "requirements.in:2: .* --config-settings"),
        ("--no-binary\n", "requirements.in:1: --no-binary needs a value"),
        ("https://x.example/get?id=3\n", "requirements.in:1: .* name of the pack"),
    ],
)
def test_a_wrong_requirement_is_reported_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        _declare(tmp_path, "requirements.in", text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("numpy =>1", "Write >= here: numpy >=1"),
        ("numpy=<2,>=1", "Write <= here: numpy<=2,>=1"),
        ("numpy=2", "For one version write == here: numpy==2"),
        ("numpy 2.1", "Put == before the version: numpy==2.1"),
        (
            "_libgcc_mutex=0.1=main",
            "This is what conda list --export writes, for one platform: where that"
            " environment is, caddis record -p PREFIX writes environment.yml and lock.",
        ),
        (
            "Package    Version",
            "This is what pip list prints; pip freeze prints requirements.",
        ),
    ],
)
def test_a_wrong_requirement_comes_with_the_right_one(
    tmp_path: Path, text: str, advice: str
) -> None:
    with pytest.raises(ProjectError) as error:
        _declare(tmp_path, "requirements.in", text)
    assert error.value.hint == advice


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_requirements_are_read_as_editors_and_shells_save_them(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes("# größer\r\nnumpy==2.1\r\n".encode(encoding))
    found = declare(tmp_path, [path], variables={})
    assert _specs(found, Ecosystem.PYPI) == ["numpy==2.1"]


def test_options_that_choose_files_are_kept(tmp_path: Path) -> None:
    text = "--pre\n--no-binary numpy,scipy\n--only-binary=:all:\n--no-index\nsix\n"
    found = _declare(tmp_path, "requirements.in", text)
    assert found.pip_options == (
        "--pre",
        "--no-binary=numpy",
        "--no-binary=scipy",
        "--only-binary=:all:",
        "--no-index",
    )


@pytest.mark.parametrize(
    ("comment", "marker"),
    [
        ("# [linux]", "sys_platform == 'linux'"),
        ("# [not win]", "sys_platform != 'win32'"),
        ("# [unix]", "sys_platform != 'win32'"),
        (
            "#[osx and arm64]",
            "sys_platform == 'darwin' and "
            "(platform_machine == 'arm64' or platform_machine == 'ARM64')",
        ),
        ("# [win64]", "(sys_platform == 'win32' and platform_machine == 'AMD64')"),
        (
            "# [not linux64]",
            "(sys_platform != 'linux' or platform_machine != 'x86_64')",
        ),
        # No selector, but a comment that looks like one.
        ("# [see issue 12]", ""),
        ("# [linux win]", ""),
        ("# for linux", ""),
    ],
)
def test_selectors_in_comments_become_markers(
    tmp_path: Path, comment: str, marker: str
) -> None:
    text = f"dependencies:\n  - one  {comment}\n  - pip:\n    - two  {comment}\n"
    found = _declare(tmp_path, "environment.yml", text)
    one, two = found.requirements
    assert one.spec == "one"
    assert one.marker == marker
    assert two.spec == (f"two ; {marker}" if marker else "two")


def test_a_conda_package_may_have_a_marker(tmp_path: Path) -> None:
    text = """[tool.caddis]\nconda = ["pywin32 >=300 ; sys_platform == 'win32'"]\n"""
    (found,) = _declare(tmp_path, "pyproject.toml", text).requirements
    assert (found.spec, found.marker) == ("pywin32 >=300", 'sys_platform == "win32"')
    with pytest.raises(ProjectError, match="'windows' is not a marker"):
        _declare(tmp_path, "pyproject.toml", '[tool.caddis]\nconda = ["a ; windows"]\n')


_PYPROJECT = """\
[project]
name = "thing"
requires-python = ">=3.10"
dependencies = [
    "requests",
    "rich>=13",
]

[project.optional-dependencies]
plots = ["matplotlib"]

[dependency-groups]
test = ["pytest"]
Dev = ["ruff", {include-group = "test"}]

[tool.caddis]
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]
conda = ["gdal >=3"]
python = "3.12"
virtual-packages = ["__cuda=12.4"]
"""


def test_a_pyproject_is_read_whole(tmp_path: Path) -> None:
    found = _declare(tmp_path, "pyproject.toml", _PYPROJECT)
    groups = {(r.name, r.group) for r in found.requirements}
    assert groups == {
        ("requests", ""),
        ("rich", ""),
        ("gdal", ""),
        ("matplotlib", "plots"),
        ("pytest", "test"),
        ("ruff", "dev"),
        ("pytest", "dev"),
    }
    assert found.requires_python == ">=3.10"
    assert found.python == "3.12"
    assert found.platforms == ("linux-64", "osx-arm64")
    assert found.virtual_packages == ("__cuda=12.4",)
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["rich"] == "pyproject.toml:6"
    assert by_name["gdal"] == "pyproject.toml:19"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[project]\nname = "x\n', "pyproject.toml:2: this is not TOML"),
        ('[project]\ndependencies = "numpy"\n', "toml:2: dependencies is not a list"),
        ('[project]\ndependencies = [\n"a b"]\n', "toml:3: 'a b' is not a require"),
        ('[tool.caddis]\nchanels = ["x"]\n', "toml:2: .* has no 'chanels'"),
        ('[dependency-groups]\na = [{include-group = "b"}]\n', "no dependency group b"),
        ('[dependency-groups]\na = [{include-group = "a"}]\n', "a includes itself"),
        ('a = 1\n[dependency-groups]\na = "b"\n', r"toml:3: the group a is not a list"),
        (
            '[project]\nname = "a"\nrequires-python = "3.x"\n',
            "pyproject.toml:3: '3.x' is no range of versions",
        ),
        (
            '[project]\nname = "a"\ndynamic = "dependencies"\n',
            "pyproject.toml:3: dynamic is not a list",
        ),
        (
            '[project]\nname = "a"\n[project.optional-dependencies]\na = "b"\n',
            "pyproject.toml:4: a is not a list",
        ),
        (
            '[tool.caddis]\npackage = "no"\n',
            "pyproject.toml:2: package is neither true nor false",
        ),
    ],
)
def test_a_wrong_pyproject_is_reported_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        _declare(tmp_path, "pyproject.toml", text)


def test_the_metadata_of_a_script_is_read(tmp_path: Path) -> None:
    text = (
        "#!/usr/bin/env python\n# /// script\n"
        '# requires-python = ">=3.11"\n# dependencies = [\n#   "rich",\n# ]\n# ///\n'
    )
    found = _declare(tmp_path, "tool.py", text)
    assert found.requires_python == ">=3.11"
    assert [(r.spec, r.origin) for r in found.requirements] == [("rich", "tool.py:5")]


def test_a_script_without_metadata_declares_nothing(tmp_path: Path) -> None:
    assert _declare(tmp_path, "tool.py", "import rich\n") == Declaration()


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        (["requirements.txt", "environment.yml", "pyproject.toml"], "environment.yml"),
        (["requirements.txt", "requirements.in"], "requirements.in"),
        (["requirements.txt", "pyproject.toml"], "requirements.txt"),
    ],
)
def test_the_first_file_that_says_something_counts(
    tmp_path: Path, files: list[str], chosen: str
) -> None:
    for name in files:
        # A pyproject.toml with settings of tools only declares nothing.
        (tmp_path / name).write_text("[tool.ruff]\n" if "toml" in name else "")
    assert [path.name for path in find_declarations(tmp_path)] == [chosen]


def test_a_folder_of_code_alone_declares_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import numpy\n")
    assert find_declarations(tmp_path) == ()


def test_a_script_declares_by_its_block(tmp_path: Path) -> None:
    script = tmp_path / "fit.py"
    script.write_text("import numpy\n")
    assert find_declarations(script) == ()
    script.write_bytes(b'# /// script\r\n# dependencies = ["numpy"]\r\n# ///\r\n')
    assert find_declarations(script) == (script,)


def test_a_file_that_declares_may_be_named_itself(tmp_path: Path) -> None:
    path = tmp_path / "dev.txt"
    path.touch()
    assert find_declarations(path) == (path,)


@pytest.mark.parametrize(
    ("line", "name", "spec"),
    [
        (
            "-e git+https://git.example/thing.git@main#egg=Thing",
            "thing",
            "Thing @ git+https://git.example/thing.git@main",
        ),
        (
            "--editable=git+ssh://git@git.example/x/thing.git#egg=thing[fast]"
            "&subdirectory=python",
            "thing",
            "thing[fast] @ git+ssh://git@git.example/x/thing.git#subdirectory=python",
        ),
        (
            "-e thing[fast] @ git+https://git.example/other",
            "thing",
            "thing[fast] @ git+https://git.example/other",
        ),
    ],
)
def test_a_checkout_to_edit_is_installed_as_it_is(
    tmp_path: Path, line: str, name: str, spec: str
) -> None:
    # pip clones these to edit them; uv knows no such thing.
    found = _declare(tmp_path, "requirements.in", f"{line}\n").requirements[0]
    assert (found.name, found.spec) == (name, spec)


def test_a_folder_to_edit_may_be_named_by_a_url(tmp_path: Path) -> None:
    (tmp_path / "my lib").mkdir()
    url = (tmp_path / "my lib").as_uri()
    found = _declare(tmp_path, "requirements.in", f"-e {url}#egg=x\n").requirements[0]
    assert found.spec == f"-e {tmp_path / 'my lib'}"


def test_a_key_that_conda_passes_over_is_passed_over_with_a_note(
    tmp_path: Path,
) -> None:
    text = "x-base: &base [numpy]\ndependencies: *base\n"
    found = _declare(tmp_path, "environment.yml", text)
    assert _specs(found, Ecosystem.CONDA) == ["numpy"]
    assert found.notes == ("environment.yml:1: the key 'x-base' is not heeded",)


@pytest.mark.parametrize(("category", "group"), [("main", ""), ("Dev_1", "dev-1")])
def test_the_category_of_conda_lock_is_a_group(
    tmp_path: Path, category: str, group: str
) -> None:
    text = f"category: {category}\ndependencies:\n- numpy\n- pip:\n  - idna\n"
    found = _declare(tmp_path, "environment.yml", text)
    assert {need.group for need in found.requirements} == {group}


def test_a_folder_to_be_edited_may_be_for_one_platform(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    text = "dependencies:\n- pip:\n  - -e ./lib  # [win]\n"
    (found,) = _declare(tmp_path, "environment.yml", text).requirements
    assert (found.spec, found.marker) == ("-e ./lib", 'sys_platform == "win32"')


def test_the_day_that_a_script_names_for_uv_counts(tmp_path: Path) -> None:
    text = (
        '# /// script\n# dependencies = ["idna"]\n'
        '# [tool.uv]\n# exclude-newer = "2023-01-01"\n# ///\n'
    )
    assert _declare(tmp_path, "a.py", text).exclude_newer == "2023-01-01"
