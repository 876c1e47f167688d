from __future__ import annotations

from pathlib import Path

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage
from caddis.model.prefix.history import read_history
from caddis.stages.sync.history import write_history
from caddis.stages.sync.plan import Change, SyncPlan


def test_what_others_had_been_asked_for_is_said_to_be_gone(tmp_path: Path) -> None:
    # conda adds up all entries: without a word numpy would be asked for for ever.
    path = tmp_path / "conda-meta" / "history"
    path.parent.mkdir()
    path.write_text(
        "==> 2026-11-21 10:00:00 <==\n# cmd: conda create -n a numpy pandas\n"
        "# update specs: ['numpy', 'pandas <3']\n"
    )
    write_history(SyncPlan(), ["pandas"], tmp_path, packages=())
    assert "# remove specs: ['numpy']\n# update specs: ['pandas']\n" in path.read_text()
    assert read_history(tmp_path).specs == {"pandas": "pandas"}


def test_a_first_entry_says_only_what_is_asked_for(tmp_path: Path) -> None:
    write_history(SyncPlan(), ["numpy <3"], tmp_path, packages=())
    text = (tmp_path / "conda-meta" / "history").read_text()
    assert "remove specs" not in text
    assert "# update specs: ['numpy <3']" in text


def _numpy(version: str, channel: str) -> LockedPackage:
    return LockedPackage(
        name="numpy",
        version=version,
        build="h1_0",
        ecosystem=Ecosystem.CONDA,
        files=(),
        channel=channel,
        subdir="linux-64",
    )


def _change(old: str, new: str) -> SyncPlan:
    change = Change(ecosystem=Ecosystem.CONDA, name="numpy", old=old, new=new)
    return SyncPlan(changes=(change,))


def test_packages_are_named_as_conda_names_them(tmp_path: Path) -> None:
    # conda takes other names for other packages, and writes all of them once more.
    forge = _numpy("2.1", "https://conda.anaconda.org/conda-forge/")
    main = _numpy("2.2", "https://repo.anaconda.com/pkgs/main")
    own = _numpy("2.3", "https://packages.example/ours/")
    for old, package in (("", forge), ("2.1 h1_0", main), ("2.2 h1_0", own)):
        plan = _change(old, f"{package.version} h1_0")
        write_history(plan, ["numpy"], tmp_path, packages=[package])
    lines = (tmp_path / "conda-meta" / "history").read_text().splitlines()
    assert [line for line in lines if "::" in line] == [
        "+conda-forge/linux-64::numpy-2.1-h1_0",
        "-conda-forge/linux-64::numpy-2.1-h1_0",
        "+defaults/linux-64::numpy-2.2-h1_0",
        "-defaults/linux-64::numpy-2.2-h1_0",
        "+https://packages.example/ours/linux-64::numpy-2.3-h1_0",
    ]
