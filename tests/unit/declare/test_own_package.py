"""The project as a package: declared, locked, noticed and exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.declaration import Declaration
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import PROJECT, Lock, LockedPackage, PlatformLock
from caddis.stages.declare import declare, find_package
from caddis.stages.export import ExportFormat, Ladder, Precision, export
from caddis.stages.lock.own import spelled_out
from caddis.stages.sync import plan_sync
from caddis.stages.sync.installed import Installed, InstalledPackage
from caddis.stages.sync.sources import described

_BUILT = '[build-system]\nrequires = ["hatchling"]\n'
_ABOUT = '[project]\nname = "My.App"\ndependencies = ["rich"]\n'
_SELF = LockedPackage(
    name="my-app", version="", ecosystem=Ecosystem.PYPI, files=(), source=PROJECT
)


def _declare(folder: Path, text: str) -> Declaration:
    (folder / "pyproject.toml").write_text(text)
    return declare(folder, [folder / "pyproject.toml"])


def _specs(found: Declaration) -> list[tuple[str, str]]:
    return [(each.group, each.spec) for each in found.requirements]


def test_a_project_that_says_how_it_is_built_is_a_package(tmp_path: Path) -> None:
    own = _declare(tmp_path, _BUILT + _ABOUT).package
    assert own is not None
    assert (own.name, own.spec, own.origin) == ("my-app", "-e .", "pyproject.toml:4")
    # It is locked as it is, for everything that it needs is asked for beside it.
    assert own.is_spelled_out


def test_needs_that_only_a_build_tells_are_found_by_the_engine(tmp_path: Path) -> None:
    dynamic = '[project]\nname = "app"\ndynamic = ["version", "dependencies"]\n'
    own = _declare(tmp_path, _BUILT + dynamic).package
    assert own is not None
    assert not own.is_spelled_out


@pytest.mark.parametrize(
    ("files", "name", "origin"),
    [
        (
            {"pyproject.toml": f'{_BUILT}[tool.poetry]\nname = "Old.App"\n'},
            *("old-app", "pyproject.toml:4"),
        ),
        (
            {"pyproject.toml": f'{_BUILT}[tool.flit.metadata]\nmodule = "old_app"\n'},
            *("old-app", "pyproject.toml:4"),
        ),
        (
            {"setup.cfg": "[metadata]\nname = old\n", "setup.py": "setup()"},
            *("old", "setup.cfg:2"),
        ),
        (
            {"setup.cfg": "[metadata]\nname = old\n", "pyproject.toml": _BUILT},
            *("old", "setup.cfg:2"),
        ),
        (
            {"setup.py": "from setuptools import setup\nX = 'old'\nsetup(name=X)\n"},
            *("old", "setup.py:2"),
        ),
    ],
)
def test_a_project_in_an_older_way_is_a_package_too(
    tmp_path: Path, files: dict[str, str], name: str, origin: str
) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    own = find_package(tmp_path)
    assert own is not None
    assert (own.name, own.spec, own.origin) == (name, "-e .", origin)
    # Nothing is built for the lock: needs are found by what is imported.
    assert own.is_spelled_out


@pytest.mark.parametrize(
    "files",
    [
        {"setup.cfg": "[metadata]\nname = old\n"},
        {"setup.py": "import subprocess\nprint('sets the machine up')\n"},
        {"setup.py": "setup(name=read('NAME'))"},
        {"pyproject.toml": '[tool.poetry]\nname = "old"\n'},
        {
            "pyproject.toml": f"{_BUILT}[tool.caddis]\npackage = false\n",
            "setup.py": "setup(name='old')",
        },
        {
            "pyproject.toml": '[project]\nname = "new"\n',
            "setup.py": "setup(name='old')",
        },
    ],
)
def test_what_nobody_builds_or_names_is_no_package(
    tmp_path: Path, files: dict[str, str]
) -> None:
    for file, text in files.items():
        (tmp_path / file).write_text(text)
    assert find_package(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        _ABOUT,
        _BUILT + "[tool.x]\n",
        f"{_BUILT}{_ABOUT}[tool.caddis]\npackage = false\n",
        f"{_BUILT}{_ABOUT}[tool.uv]\npackage = false\n",
        f"{_BUILT}{_ABOUT}[tool.poetry]\npackage-mode = false\n",
        f"{_BUILT}{_ABOUT}[tool.pdm]\ndistribution = false\n",
    ],
)
def test_a_project_without_a_build_or_that_says_so_is_no_package(
    text: str, tmp_path: Path
) -> None:
    assert _declare(tmp_path, text).package is None


def test_extras_of_the_project_itself_are_spelled_out(tmp_path: Path) -> None:
    # PyPI's my-app is somebody else's or an older one.
    found = _declare(
        tmp_path,
        f"{_ABOUT}[project.optional-dependencies]\n"
        "Fast_Path = [\"numba ; python_version < '3.14'\"]\n"
        'all = ["my_app[fast-path]"]\n'
        "[dependency-groups]\n"
        'dev = ["My.App[all] ; sys_platform == \'linux\'", "pytest"]\n',
    )
    limited = (
        'numba; python_version < "3.14" and sys_platform == "linux"',
        'numba; (python_version < "3.14") and (sys_platform == "linux")',
    )
    assert [each for each in _specs(found) if each[1] not in limited] == [
        ("", "rich"),
        ("fast-path", "numba ; python_version < '3.14'"),
        ("all", "numba ; python_version < '3.14'"),
        ("dev", "pytest"),
    ]
    assert [group for group, spec in _specs(found) if spec in limited] == ["dev"]


def test_extras_that_ask_for_each_other_come_to_an_end(tmp_path: Path) -> None:
    found = _declare(
        tmp_path,
        f'{_ABOUT}[project.optional-dependencies]\na = ["my-app[b]", "one"]\n'
        'b = ["my-app[a]", "two"]\n',
    )
    assert {spec for group, spec in _specs(found) if group == "a"} == {"one", "two"}


def test_an_extra_that_the_project_lacks_is_told_with_its_line(tmp_path: Path) -> None:
    # pip and uv, too, take what there is.
    found = _declare(
        tmp_path,
        f'{_ABOUT}[project.optional-dependencies]\nfast = ["numba"]\n'
        '[dependency-groups]\ndev = ["my-app[fats,fast]"]\n',
    )
    assert found.notes == (
        "pyproject.toml:7: the project itself has no extra 'fats'; it has: fast",
    )
    assert ("dev", "numba") in _specs(found)


def test_the_project_is_locked_with_what_was_chosen_for_it(tmp_path: Path) -> None:
    own = _declare(tmp_path, _BUILT + _ABOUT).package
    assert own is not None
    (locked,) = spelled_out([own], needs={"rich"})
    assert (locked.source, locked.depends) == ("-e .", ("rich",))


def _installed(fingerprint: str) -> Installed:
    there = InstalledPackage(
        ecosystem=Ecosystem.PYPI, name="my-app", version="1.0", fingerprint=fingerprint
    )
    return Installed(exists=True, python="3.11.7", packages=(there,))


def test_a_changed_description_asks_for_another_installation(tmp_path: Path) -> None:
    wanted = PlatformLock(platform="linux-64", python="3.11", packages=(_SELF,))
    before = described([_SELF], tmp_path)
    (tmp_path / "pyproject.toml").write_text(_BUILT + _ABOUT)
    now = described([_SELF], tmp_path)
    installed = _installed(f"-e . {now['-e .']}")
    assert before == {}
    assert plan_sync(wanted, installed, sources=now).is_empty
    (tmp_path / "pyproject.toml").write_text(f'{_ABOUT}scripts.run = "app:main"\n')
    again = plan_sync(wanted, installed, sources=described([_SELF], tmp_path))
    assert again.touched == {"my-app"}


def test_only_folders_are_looked_at_for_a_description(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(_ABOUT)
    from_git = "lib @ git+https://g.example/lib@abc123"
    sources = (from_git, f"lib @ {tmp_path.as_uri()}", "-e ./gone")
    packages = [
        LockedPackage(
            name="lib", version="", ecosystem=Ecosystem.PYPI, files=(), source=source
        )
        for source in sources
    ]
    assert list(described(packages, tmp_path)) == [f"lib @ {tmp_path.as_uri()}"]


@pytest.mark.parametrize("to", [ExportFormat.REQUIREMENTS, ExportFormat.PYLOCK])
def test_exports_with_hashes_go_without_the_project(to: ExportFormat) -> None:
    # pip takes no folder beside hashes, so that nothing at all could be installed.
    part = PlatformLock(platform="linux-64", python="3.11", packages=(_SELF,))
    made = Lock(platforms=(part,))
    found = export(made, to)
    assert "-e ." not in found.text
    assert "my-app" not in found.text
    assert "my-app itself is not in" in found.losses[0]
    assert export(made.without_project(), to).losses == ()


def test_an_export_without_hashes_keeps_the_project() -> None:
    part = PlatformLock(platform="linux-64", python="3.11", packages=(_SELF,))
    ladder = Ladder(pypi=Precision.VERSION, only_requested=False)
    found = export(Lock(platforms=(part,)), ExportFormat.REQUIREMENTS, ladder=ladder)
    assert found.text == "-e .\n"
    assert found.losses == ()
