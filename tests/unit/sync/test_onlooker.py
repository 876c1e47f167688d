"""Packages that are looked at while others arrive."""

from __future__ import annotations

import json
from pathlib import Path

from caddis.host import LINUX
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.sync.installed import read_installed
from caddis.stages.sync.onlooker import Onlooker
from caddis.stages.sync.seen import Seen, see_arrived


def _locked(name: str) -> LockedPackage:
    return LockedPackage(
        name=name,
        version="1.0",
        ecosystem=Ecosystem.CONDA,
        files=(LockedFile(url=f"file:///{name}-1.0-0.conda", sha256=""),),
        build="0",
    )


def _put(prefix: Path, name: str) -> None:
    """Put a package of one file there, as an engine does."""
    (prefix / name).write_text("data")
    meta = prefix / "conda-meta"
    meta.mkdir(exist_ok=True)
    record = {"name": name, "version": "1.0", "build": "0", "files": [name]}
    (meta / f"{name}-1.0-0.json").write_text(json.dumps(record))


def _files(seen: dict[str, Seen]) -> dict[str, list[str]]:
    return {key: list(one.files) for key, one in seen.items()}


def test_what_arrived_has_been_seen_at_the_end(tmp_path: Path) -> None:
    with Onlooker(tmp_path, (_locked("a"), _locked("b"))) as onlooker:
        _put(tmp_path, "a")
        onlooker.arrived("a")
        seen = onlooker.seen()
    assert _files(seen) == {"conda:a": ["a"]}


def test_a_package_whose_record_is_not_there_yet_is_seen_later(tmp_path: Path) -> None:
    with Onlooker(tmp_path, (_locked("a"),)) as onlooker:
        onlooker.arrived("a")
        assert onlooker.seen() == {}


def test_a_package_that_is_not_locked_is_not_looked_at(tmp_path: Path) -> None:
    _put(tmp_path, "b")
    with Onlooker(tmp_path, (_locked("a"),)) as onlooker:
        onlooker.arrived("b")
        assert onlooker.seen() == {}


def test_an_early_look_counts_as_long_as_the_record_is_the_same(tmp_path: Path) -> None:
    with Onlooker(tmp_path, (_locked("a"),)) as onlooker:
        _put(tmp_path, "a")
        onlooker.arrived("a")
        early = onlooker.seen()
    arrived = frozenset({"a"})
    (tmp_path / "a").write_text("grown")
    packages = read_installed(tmp_path, host=LINUX).packages
    assert see_arrived(tmp_path, packages, {}, arrived=arrived, early=early) == early
    (tmp_path / "conda-meta" / "a-1.0-0.json").write_text('{"name": "a"}')
    packages = read_installed(tmp_path, host=LINUX).packages
    assert see_arrived(tmp_path, packages, {}, arrived=arrived, early=early) != early
