"""`[tool.uv.sources]` says where packages are taken from, and is heeded."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.uv.asking import write_asked
from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.ecosystem import Ecosystem
from caddis.model.requirements import Requirement
from caddis.ports.pypi import SoleIndex
from caddis.stages.declare import declare
from caddis.stages.lock import LockSettings, hash_inputs
from caddis.stages.lock.sole import sole_indexes
from tests.support.projects import write_project

_GIT = "git+https://git.example/lib"


def _read(folder: Path, text: str, **variables: str) -> Declaration:
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return declare(folder, [folder / "pyproject.toml"], variables=variables)


def _project(*needs: str, sources: str, more: str = "") -> str:
    return (
        f'[project]\nname = "app"\ndependencies = {list(needs)}\n{more}'
        f"[tool.uv.sources]\n{sources}\n"
    )


def _specs(found: Declaration) -> list[str]:
    return [requirement.spec for requirement in found.requirements]


@pytest.mark.parametrize(
    ("need", "source", "spec"),
    [
        ("lib", 'git = "https://git.example/lib"', f"lib @ {_GIT}"),
        (
            "lib[x]>=1",
            'git = "https://git.example/lib", tag = "v1"',
            f"lib[x] @ {_GIT}@v1",
        ),
        (
            "lib",
            'git = "https://git.example/lib", branch = "dev", subdirectory = "py"',
            f"lib @ {_GIT}@dev#subdirectory=py",
        ),
        (
            "lib ; os_name == 'nt'",
            'url = "https://x.example/lib.tar.gz"',
            'lib @ https://x.example/lib.tar.gz ; os_name == "nt"',
        ),
        ("lib[x]", 'path = "lib"', "./lib[x]"),
        ("lib[x]>=1", 'path = "lib", editable = true', "-e ./lib[x]"),
        ("lib", 'path = "lib-0.1-py3-none-any.whl"', "./lib-0.1-py3-none-any.whl"),
        # Who writes where it is into the requirement itself, is heeded first.
        ("lib @ https://y.example/lib.whl", 'path = "lib"', None),
    ],
)
def test_a_source_is_what_says_the_same_in_a_requirement(
    tmp_path: Path, need: str, source: str, spec: str | None
) -> None:
    write_project(tmp_path / "lib")
    (tmp_path / "lib-0.1-py3-none-any.whl").touch()
    found = _read(tmp_path, _project(need, sources=f"Lib = {{ {source} }}"))
    assert _specs(found) == [spec or need]
    assert found.requirements[0].name == "lib"
    assert found.requirements[0].origin == "pyproject.toml:3"


def test_the_marker_of_a_need_stays_where_its_line_has_no_place(
    tmp_path: Path,
) -> None:
    write_project(tmp_path / "lib")
    text = _project("lib ; os_name == 'nt'", sources='lib = { path = "lib" }')
    (need,) = _read(tmp_path, text).requirements
    assert (need.spec, need.marker) == ("./lib", 'os_name == "nt"')


def test_a_list_of_sources_is_chosen_from_by_platform(tmp_path: Path) -> None:
    sources = (
        "lib = [\n"
        """{ git = "https://git.example/lib", marker = "sys_platform == 'win32'" },\n"""
        """{ url = "https://x.example/l.whl", marker = "sys_platform == 'darwin'" }]"""
    )
    found = _read(tmp_path, _project("lib>=2", sources=sources))
    chosen = {
        platform: [r.spec for r in found.requirements if r.is_needed(platform, "3.12")]
        for platform in ("win-64", "osx-arm64", "linux-64")
    }
    assert chosen == {
        "win-64": [f"lib @ {_GIT}"],
        "osx-arm64": ["lib @ https://x.example/l.whl"],
        # No source is for it: what remains is the index.
        "linux-64": ["lib>=2"],
    }


def test_sources_of_an_extra_or_a_group_are_for_these_alone(tmp_path: Path) -> None:
    more = (
        '[project.optional-dependencies]\nfast = ["lib"]\nall = ["app[fast]"]\n'
        '[dependency-groups]\ndev = ["lib"]\n'
    )
    sources = (
        'lib = [{ url = "https://x.example/fast.whl", extra = "fast" },'
        ' { url = "https://x.example/dev.whl", group = "dev" }]'
    )
    found = _read(tmp_path, _project("lib", sources=sources, more=more))
    assert {(r.group, r.spec) for r in found.requirements} == {
        ("", "lib"),
        ("fast", "lib @ https://x.example/fast.whl"),
        ("all", "lib @ https://x.example/fast.whl"),
        ("dev", "lib @ https://x.example/dev.whl"),
    }


def _workspace(folder: Path, *, exclude: str = "") -> Path:
    """Write a workspace of two projects; return the folder of one."""
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "top"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        f'exclude = ["{exclude}"]\n'
        "[tool.uv.sources]\nlib = { workspace = true }\n"
        'far = { path = "far" }\n'
    )
    (folder / "packages").mkdir()
    write_project(folder / "packages" / "lib")
    write_project(folder / "far")
    return folder / "packages" / "app"


def test_members_of_a_workspace_are_edited_where_they_are(tmp_path: Path) -> None:
    app = _workspace(tmp_path)
    text = _project("lib", "top", "far", sources="top = { workspace = true }")
    # What the project itself does not say, the top of the workspace says.
    assert _specs(_read(app, text)) == ["-e ../lib", "-e ../..", "../../far"]


def test_a_member_may_be_a_copy(tmp_path: Path) -> None:
    app = _workspace(tmp_path)
    sources = "lib = { workspace = true, editable = false }"
    assert _specs(_read(app, _project("lib", sources=sources))) == ["../lib"]


def test_who_is_left_out_of_a_workspace_has_nothing_of_it(tmp_path: Path) -> None:
    app = _workspace(tmp_path, exclude="packages/a*")
    assert _specs(_read(app, _project("lib", sources=""))) == ["lib"]


def test_a_folder_above_that_is_no_workspace_counts_for_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("workspace = [this is no TOML")
    assert _specs(_read(tmp_path / "app", _project("lib", sources=""))) == ["lib"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('lib = "../lib"', "pyproject.toml:5: the source of lib is no table"),
        ("lib = { editable = true }", "toml:5: this does not say where lib is taken"),
        ('lib = { path = "gone" }', "toml:5: there is nothing at gone"),
        ('lib = { index = "ours" }', "toml:5: there is no index 'ours'"),
        ("lib = { workspace = true }", "toml:5: lib is no member of a workspace"),
        ("[[tool.uv.index]]\nname = 'x'", "toml:5: this is no index of uv"),
    ],
)
def test_a_wrong_source_is_told_with_its_line(
    tmp_path: Path, source: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        _read(tmp_path, _project("lib", sources=source))


_INDEXES = """
[[tool.uv.index]]
name = "extra"
url = "https://extra.example/simple"
[[tool.uv.index]]
name = "the-first"
url = "https://first.example/simple"
default = true
[[tool.uv.index]]
name = "torch"
url = "https://torch.example/whl"
explicit = true
[[tool.uv.index]]
url = "wheels"
format = "flat"
"""


def test_named_indexes_are_asked_and_explicit_ones_for_their_own(
    tmp_path: Path,
) -> None:
    found = _read(
        tmp_path,
        _project("torch", sources='torch = { index = "torch" }\n' + _INDEXES),
        UV_INDEX_THE_FIRST_USERNAME="me",
        UV_INDEX_THE_FIRST_PASSWORD="w/d",
    )
    first = "https://me:w%2Fd@first.example/simple"
    assert found.indexes == (first, "https://extra.example/simple")
    assert found.replaces_pypi
    assert found.find_links == ((tmp_path / "wheels").as_uri(),)
    (need,) = found.requirements
    assert (need.spec, need.index) == ("torch", "https://torch.example/whl")


_FLAT = """
lib = { index = "ours" }
[[tool.uv.index]]
name = "ours"
url = "wheels"
format = "flat"
"""


def test_a_flat_index_may_be_the_only_one_of_a_package(tmp_path: Path) -> None:
    found = _read(tmp_path, _project("lib", sources=_FLAT + "explicit = true"))
    (need,) = found.requirements
    assert (need.index, need.index_is_flat) == ((tmp_path / "wheels").as_uri(), True)
    assert (found.find_links, found.pip_options) == ((), ())


def test_a_flat_index_in_place_of_pypi_leaves_no_other(tmp_path: Path) -> None:
    alone = _read(tmp_path, _project("lib", sources=_FLAT + "default = true"))
    assert alone.find_links == ((tmp_path / "wheels").as_uri(),)
    assert (alone.indexes, alone.pip_options) == ((), ("--no-index",))
    other = '\n[[tool.uv.index]]\nurl = "https://other.example"'
    both = _read(tmp_path, _project("lib", sources=f"{_FLAT}default = true{other}"))
    assert (both.indexes, both.replaces_pypi) == (("https://other.example",), True)


def _pypi(name: str, *, index: str = "", unless: tuple[str, ...] = ()) -> Requirement:
    return Requirement(
        spec=name, name=name, ecosystem=Ecosystem.PYPI, index=index, unless=unless
    )


def test_a_distribution_comes_from_one_index_alone() -> None:
    one, other = _pypi("lib", index="https://a"), _pypi("lib", index="https://u:p@b")
    assert sole_indexes([one, one, _pypi("x")]) == (SoleIndex("lib", "https://a"),)
    with pytest.raises(ProjectError, match="lib is to come from https://b, and"):
        sole_indexes([one, other])


def test_a_lock_depends_on_the_index_but_not_on_its_password() -> None:
    settings = LockSettings(platforms=("linux-64",), python="3.12")
    plain, *others = (
        hash_inputs([each], settings)
        for each in (
            _pypi("lib"),
            _pypi("lib", index="https://a"),
            _pypi("lib", index="https://me:word@a"),
            _pypi("lib", unless=("os_name == 'nt'",)),
        )
    )
    assert plain not in others
    assert others[0] == others[1] != others[2]


def test_uv_is_told_of_sole_indexes_by_a_project(tmp_path: Path) -> None:
    sole = (
        SoleIndex("lib-x", "https://a.example"),
        SoleIndex("gone", "https://b.example"),
    )
    lines = ("Lib_X[y]>=1", "six", "lib-x @ https://c.example/l.whl")
    asked, project = write_asked(tmp_path, lines, sole_indexes=sole)
    assert asked.read_text().splitlines() == [lines[1], lines[2]]
    text = project.read_text()
    assert 'dependencies = ["Lib_X[y]>=1"]' in text
    assert 'lib-x = { index = "index-0" }' in text
    assert "b.example" not in text
    assert "flat" not in text


def test_uv_is_told_that_an_index_is_flat(tmp_path: Path) -> None:
    sole = (SoleIndex("lib", "file:///wheels", is_flat=True),)
    _, project = write_asked(tmp_path, ("lib",), sole_indexes=sole)
    assert 'format = "flat"' in project.read_text()


def test_without_sole_indexes_uv_is_given_one_file(tmp_path: Path) -> None:
    (asked,) = write_asked(tmp_path, ("six",), sole_indexes=())
    assert asked.read_text() == "six"


@pytest.mark.parametrize("told", ["member", "source"])
def test_of_a_member_that_is_no_package_only_its_needs_are_asked_for(
    tmp_path: Path, told: str
) -> None:
    member = write_project(tmp_path / "member", declares=["lib", "deep"])
    write_project(tmp_path / "member" / "deep")
    with (member / "pyproject.toml").open("a") as file:
        file.write(
            "[project.optional-dependencies]\nfast = ['quick']\nslow = ['mud']\n"
        )
        file.write('[tool.uv.sources]\ndeep = { path = "deep" }\n')
        file.write("[tool.uv]\npackage = false\n" if told == "member" else "")
    about = 'path = "member"' + (", package = false" if told == "source" else "")
    text = _project("member[fast] ; os_name == 'nt'", sources=f"member = {{ {about} }}")
    found = _read(tmp_path, text).requirements
    assert [(need.spec, need.marker, need.group) for need in found] == [
        ("lib", 'os_name == "nt"', ""),
        ("./member/deep", 'os_name == "nt"', ""),
        ("quick", 'os_name == "nt"', ""),
    ]
