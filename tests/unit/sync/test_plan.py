from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import PrefixError, UsageError
from caddis.host import LINUX
from caddis.model.lock import LockedFile, LockedPackage, PlatformLock
from caddis.model.prefix.journal import Journal, Noted, read_journal, write_journal
from caddis.model.requirements import Ecosystem
from caddis.stages.sync.installed import (
    Installed,
    InstalledPackage,
    normalize,
    read_installed,
)
from caddis.stages.sync.plan import SyncPlan, plan_sync, with_shared
from caddis.stages.sync.prefix import check_kind, check_ours
from caddis.stages.sync.selection import RUN_TIME, select
from caddis.stages.sync.undo import keep

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI


def _wanted(*packages: LockedPackage, python: str = "3.11") -> PlatformLock:
    return PlatformLock(platform="linux-64", python=python, packages=packages)


def _locked(
    name: str,
    version: str = "1.0",
    *,
    sha256: str = "aa",
    ecosystem: Ecosystem = _PYPI,
    build: str = "",
    groups: tuple[str, ...] = (),
) -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        build=build,
        ecosystem=ecosystem,
        files=(LockedFile(url=f"https://x.example/{name}.whl", sha256=sha256),),
        groups=groups,
    )


def _there(
    name: str,
    version: str = "1.0",
    *,
    fingerprint: str = "aa",
    ecosystem: Ecosystem = _PYPI,
) -> InstalledPackage:
    return InstalledPackage(
        ecosystem=ecosystem, name=name, version=version, fingerprint=fingerprint
    )


def _prefix(*packages: InstalledPackage, python: str = "3.11.7") -> Installed:
    return Installed(exists=True, python=python, is_venv=True, packages=packages)


def _shown(plan: SyncPlan) -> list[str]:
    return [str(change) for change in plan.changes]


def test_packages_come_go_change_and_stay() -> None:
    plan = plan_sync(
        _wanted(_locked("new"), _locked("moved", "2.0"), _locked("same")),
        _prefix(_there("old"), _there("moved"), _there("same")),
    )
    assert _shown(plan) == ["~ moved 1.0 → 2.0", "+ new 1.0", "- old 1.0"]


def test_a_package_that_is_recorded_twice_is_made_one() -> None:
    twice = replace(_there("a", "1.0"), doubles=(_there("a", "0.9"),))
    plan = plan_sync(_wanted(_locked("a", "1.0")), _prefix(twice))
    assert _shown(plan) == ["~ a 1.0, recorded as 0.9, too"]
    # The right record is kept by what is there already; both are to go first.
    assert plan.kept_version(_PYPI) == {"a"}


def test_the_same_version_from_another_file_is_a_change() -> None:
    plan = plan_sync(_wanted(_locked("a", sha256="bb")), _prefix(_there("a")))
    assert plan.kept_version(_PYPI) == {"a"}


def test_a_file_that_nobody_noted_is_believed_by_its_version() -> None:
    installed = _prefix(_there("a", fingerprint=""))
    assert plan_sync(_wanted(_locked("a")), installed).is_empty


def test_a_package_with_edited_files_is_installed_again() -> None:
    there = replace(_there("six"), changed=("lib/six.py", "lib/six.txt"))
    plan = plan_sync(_wanted(_locked("six")), _prefix(there))
    assert _shown(plan) == ["~ six 1.0, puts back lib/six.py and 1 more"]
    assert plan.kept_version(_PYPI) == {"six"}


def test_a_conda_build_counts_as_part_of_the_version() -> None:
    plan = plan_sync(
        _wanted(_locked("a", "1.0", build="h1_1", ecosystem=_CONDA)),
        _prefix(_there("a", "1.0 h0_0", ecosystem=_CONDA)),
    )
    assert _shown(plan) == ["~ a 1.0 h0_0 → 1.0 h1_1"]


def test_a_package_that_changes_hands_comes_and_goes() -> None:
    plan = plan_sync(
        _wanted(_locked("a", build="0", ecosystem=_CONDA)), _prefix(_there("a"))
    )
    assert plan.gone(_PYPI) == ("a",)
    assert plan.names(_CONDA) == {"a"}


def test_a_venv_of_another_python_is_made_again() -> None:
    plan = plan_sync(_wanted(_locked("a"), python="3.12"), _prefix(_there("a")))
    assert plan.create
    assert plan.old_python == "3.11.7"
    assert not plan_sync(_wanted(_locked("a"), python="3.11.9"), _prefix()).create


def test_an_interrupted_sync_leaves_something_to_do() -> None:
    installed = Installed(exists=True, python="3.11.7", interrupted=True)
    assert not plan_sync(_wanted(), installed).is_empty


def test_other_inputs_are_noted_even_when_no_package_changes() -> None:
    plan = plan_sync(_wanted(), _prefix(), inputs="abc")
    assert plan.notes
    assert plan.changes == ()


def test_inputs_that_are_noted_or_unknown_leave_nothing_to_do() -> None:
    noted = replace(_prefix(), inputs="abc")
    assert plan_sync(_wanted(), noted, inputs="abc").is_empty
    assert plan_sync(_wanted(), noted).is_empty


def test_another_python_lets_go_what_was_there_and_nothing_that_only_comes() -> None:
    plan = plan_sync(
        _wanted(_locked("new"), _locked("stays"), python="3.12"),
        _prefix(_there("old"), _there("stays")),
    )
    assert sorted(plan.gone(_PYPI)) == ["old", "stays"]
    assert plan.gone(_CONDA) == ()


def _venv(prefix: Path) -> Path:
    site = prefix / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text("home = /usr\nversion_info = 3.11.7\n")
    return site


def _dist(site: Path, name: str, *, installer: str = "uv") -> Path:
    info = site / f"{name}.dist-info"
    info.mkdir()
    (info / "INSTALLER").write_text(f"{installer}\n")
    (info / "RECORD").write_text("")
    return info


def test_distributions_are_read_from_their_folders(tmp_path: Path) -> None:
    site = _venv(tmp_path)
    _dist(site, "Flask_Cors-4.0.0")
    _dist(site, "numpy-2.1.0", installer="conda")
    found = read_installed(tmp_path, host=LINUX)
    assert found.python == "3.11.7"
    assert [(p.name, p.version) for p in found.packages] == [("flask-cors", "4.0.0")]


def test_the_journal_is_believed_until_somebody_installs_again(tmp_path: Path) -> None:
    info = _dist(_venv(tmp_path), "six-1.17.0")
    stamp = read_installed(tmp_path, host=LINUX).packages[0].stamp
    note = Noted(fingerprint="aa", stamp=stamp)
    write_journal(Journal(pypi={"six": note}), tmp_path)
    assert read_installed(tmp_path, host=LINUX).packages[0].fingerprint == "aa"
    (info / "RECORD").write_text("six.py,,\n")
    assert read_installed(tmp_path, host=LINUX).packages[0].fingerprint == ""


def test_a_conda_package_tells_its_hash_itself(tmp_path: Path) -> None:
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    (meta / "python-dateutil-2.9-py_0.json").write_text('{"sha256": "ab"}')
    (found,) = read_installed(tmp_path, host=LINUX).packages
    assert (found.name, found.version) == ("python-dateutil", "2.9 py_0")
    assert found.fingerprint == "ab"


def test_an_empty_prefix_has_nothing(tmp_path: Path) -> None:
    assert read_installed(tmp_path / "none", host=LINUX) == Installed(exists=False)


def test_a_damaged_journal_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / ".caddis").mkdir()
    (tmp_path / ".caddis" / "journal.json").write_text('{"requested": 3}')
    assert read_journal(tmp_path) == Journal()


@pytest.mark.parametrize("name", ["Foo.Bar", "foo_bar", "FOO--bar", "foo-bar"])
def test_names_are_normalized(name: str) -> None:
    assert normalize(name) == "foo-bar"


def test_a_prefix_under_work_is_ours(tmp_path: Path) -> None:
    (tmp_path / "half").write_text("")
    keep(tmp_path, ["a"], [])
    check_ours(tmp_path, adopt=False)


def test_a_prefix_that_caddis_unpacked_is_ours(tmp_path: Path) -> None:
    _venv(tmp_path)
    (tmp_path / ".caddis").mkdir()
    (tmp_path / ".caddis" / "manifest.json").write_text("{}")
    check_ours(tmp_path, adopt=False)


def test_a_venv_does_not_become_a_conda_environment(tmp_path: Path) -> None:
    _venv(tmp_path)
    check_kind(tmp_path, _wanted(_locked("numpy")))
    with pytest.raises(PrefixError, match="is a virtual environment"):
        check_kind(tmp_path, _wanted(_locked("numpy", ecosystem=_CONDA)))


def _unpack_home(prefix: Path, python: str) -> None:
    """Make what an unpacked project looks like: no pyvenv.cfg, a Python of its own."""
    (prefix / ".caddis").mkdir()
    manifest = json.dumps({"caddis": 1, "python": python})
    (prefix / ".caddis" / "manifest.json").write_text(manifest)


def test_an_unpacked_environment_has_the_packages_it_came_with(tmp_path: Path) -> None:
    # It was taken for an empty folder, and became a venv of another Python.
    _unpack_home(tmp_path, "3.11.7")
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "numpy-1.0.dist-info").mkdir(parents=True)
    (site / "numpy-1.0.dist-info" / "RECORD").touch()
    installed = read_installed(tmp_path, host=LINUX)
    plan = plan_sync(_wanted(_locked("numpy")), installed)
    assert (plan.create, plan.changes) == (False, ())


def test_an_unpacked_environment_keeps_its_python(tmp_path: Path) -> None:
    _unpack_home(tmp_path, "3.10.4")
    with pytest.raises(
        PrefixError, match=r"Python 3\.10\.4 and the lock is for Python 3"
    ):
        check_kind(tmp_path, _wanted(_locked("numpy")))


def test_groups_are_chosen_by_name() -> None:
    part = _wanted(
        _locked("app"),
        _locked("both", groups=("", "test")),
        _locked("pytest", groups=("test",)),
    )
    assert [p.name for p in select(part, {RUN_TIME}).packages] == ["app", "both"]
    assert [p.name for p in select(part, {"test"}).packages] == ["both", "pytest"]
    with pytest.raises(UsageError) as caught:
        select(part, {"docs"})
    assert "test" in caught.value.hint


def test_python_stays_in_every_group_with_all_that_it_needs() -> None:
    # Without its libraries it would run on none but the maker's machine.
    part = _wanted(
        replace(_locked("python", ecosystem=_CONDA), depends=("libssl >=3",)),
        replace(_locked("libssl", ecosystem=_CONDA), depends=("libz",)),
        _locked("libz", ecosystem=_CONDA),
        _locked("libz"),
        _locked("numpy", ecosystem=_CONDA),
        _locked("pytest", groups=("test",)),
    )
    kept = [(p.name, p.ecosystem) for p in select(part, {"test"}).packages]
    assert kept == [
        ("python", _CONDA),
        ("libssl", _CONDA),
        ("libz", _CONDA),
        ("pytest", _PYPI),
    ]


def test_what_a_setup_py_installed_is_seen_unless_conda_did_it(tmp_path: Path) -> None:
    _venv(tmp_path)
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "old-1.0-py3.11.egg-info").mkdir(parents=True)
    (site / "older-1.0.egg-info").touch()
    (site / "ours-1.0.egg-info").touch()
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    owned = "lib/python3.11/site-packages/ours-1.0.egg-info"
    (meta / "python-3.11.7-0.json").write_text(json.dumps({"files": [owned]}))
    found = read_installed(tmp_path, host=LINUX).unlisted
    assert [Path(path).name for path in found] == [
        "old-1.0-py3.11.egg-info",
        "older-1.0.egg-info",
    ]
    assert plan_sync(_wanted(), replace(_prefix(), unlisted=found)).unlisted == found


@pytest.mark.parametrize(
    ("stays", "goes", "is_put_back"),
    [(_PYPI, _PYPI, True), (_CONDA, _PYPI, True), (_PYPI, _CONDA, True),
     (_CONDA, _CONDA, False)],
)  # fmt: skip
def test_what_shares_a_file_with_what_goes_is_put_back(
    stays: Ecosystem, goes: Ecosystem, *, is_put_back: bool
) -> None:
    one = _locked("one", ecosystem=stays)
    plan = plan_sync(
        _wanted(one),
        _prefix(_there("one", ecosystem=stays), _there("two", ecosystem=goes)),
    )
    owned = {(stays, "one"): ("bin/tool", "one.py"), (goes, "two"): ("bin/tool",)}
    changes = with_shared(plan, _wanted(one), owned).changes
    again = [change for change in changes if change.name == "one"]
    assert [change.restores for change in again] == [("bin/tool",)] * is_put_back
    assert all(change.old == change.new for change in again)


def test_what_goes_back_to_what_it_was_takes_nothing_from_others() -> None:
    one, two = _locked("one"), _locked("two")
    edited = replace(_there("two"), changed=("bin/tool",))
    plan = plan_sync(_wanted(one, two), _prefix(_there("one"), edited))
    owned = {(_PYPI, "one"): ("bin/tool",), (_PYPI, "two"): ("bin/tool",)}
    assert with_shared(plan, _wanted(one, two), owned) == plan
