from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.cutoff import Cutoff
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.lock_file import (
    DamagedLockError,
    dump_lock,
    options_in,
    parse_lock,
    read_lock,
    read_own_side,
    write_lock,
)
from caddis.model.requirements import Ecosystem

_NUMPY = LockedPackage(
    name="numpy",
    version="2.1.0",
    ecosystem=Ecosystem.CONDA,
    files=(LockedFile(url="https://c.example/numpy.conda", sha256="ab" * 32, size=7),),
    build="py311_0",
    build_number=3,
    provides=("numpy",),
    depends=("python >=3.11",),
    why=("asked", "pandas"),
)
_IDNA = LockedPackage(
    name="idna",
    version="3.10",
    ecosystem=Ecosystem.PYPI,
    files=(LockedFile(url="https://p.example/idna.whl", sha256="cd" * 32),),
    groups=("", "dev"),
)
_LOCK = Lock(
    platforms=(
        PlatformLock(
            platform="linux-64",
            python="3.11.7",
            virtual_packages=("__glibc=2.28=0",),
            packages=(_NUMPY, _IDNA),
        ),
    ),
    requested=("conda:numpy", "pypi:idna"),
    channels=("https://c.example",),
    variables=("A=b",),
    cutoff=Cutoff(said="1 week", until="2026-11-15T04:30:15+00:00"),
    inputs="12" * 32,
)


def test_a_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_lock(_LOCK, tmp_path / "caddis.lock")
    assert read_lock(tmp_path / "caddis.lock") == _LOCK
    assert [path.name for path in tmp_path.iterdir()] == ["caddis.lock"]


def test_a_lock_is_json_for_others() -> None:
    data = json.loads(dump_lock(_LOCK))
    assert data["platforms"][0]["packages"][1]["name"] == "idna"


def test_a_changed_package_is_one_changed_line() -> None:
    part = _LOCK.platforms[0]
    other = replace(part, packages=(replace(_NUMPY, version="2.2.0"), _IDNA))
    before = dump_lock(_LOCK).splitlines()
    after = dump_lock(replace(_LOCK, platforms=(other,))).splitlines()
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_no_lock_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        read_lock(tmp_path / "caddis.lock")
    assert "caddis lock" in caught.value.hint


def test_a_merge_conflict_is_reported_with_its_line() -> None:
    lines = dump_lock(_LOCK).splitlines()
    text = "\n".join((*lines[:3], "<<<<<<< HEAD", *lines[3:]))
    with pytest.raises(ProjectError, match=r"caddis\.lock:4"):
        parse_lock(text, where="caddis.lock")


@pytest.mark.parametrize("text", ["[]", "{}", '{"caddis-lock": "one"}', "null"])
def test_other_json_is_no_lock(text: str) -> None:
    with pytest.raises(ProjectError, match="not a lock"):
        parse_lock(text, where="caddis.lock")


def test_a_lock_of_a_newer_caddis_is_refused() -> None:
    text = dump_lock(_LOCK).replace('"caddis-lock": 1', '"caddis-lock": 2')
    with pytest.raises(ProjectError, match="newer caddis"):
        parse_lock(text, where="caddis.lock")


def test_a_platform_that_is_not_locked_is_named_with_those_that_are() -> None:
    with pytest.raises(ProjectError, match="win-64, only for: linux-64"):
        _LOCK.for_platform("win-64")


def test_the_options_of_a_lock_are_known_without_reading_it_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "caddis.lock"
    options = ("-f", "a, b.txt", "--python", "3.11")
    lock = replace(_LOCK, options=options)
    write_lock(lock, path)
    assert read_lock(path) == lock
    assert options_in(path) == options
    for text in ("", '"options": [', '{\n"caddis-lock": 1,\n"inputs": ""}'):
        path.write_text(text)
        assert options_in(path) == ()
    assert options_in(tmp_path / "none") == ()


@pytest.mark.parametrize("base", ["", "||||||| 1234567\nthe base\n"])
def test_of_a_merge_that_failed_our_side_is_read(tmp_path: Path, base: str) -> None:
    path = tmp_path / "caddis.lock"
    text = dump_lock(_LOCK)
    theirs = text.replace("2.1.0", "2.2.0").splitlines(keepends=True)
    lines = text.splitlines(keepends=True)
    merged = "".join(
        line
        if line == other
        else f"<<<<<<< HEAD\n{line}{base}=======\n{other}>>>>>>> theirs\n"
        for line, other in zip(lines, theirs, strict=True)
    )
    path.write_text(merged)
    with pytest.raises(DamagedLockError):
        read_lock(path)
    # It was made from other inputs than there are now.
    assert read_own_side(path) == replace(_LOCK, inputs="")


def test_what_no_merge_has_damaged_has_no_own_side(tmp_path: Path) -> None:
    path = tmp_path / "caddis.lock"
    path.write_text(dump_lock(_LOCK)[:-20])
    assert read_own_side(path) is None
