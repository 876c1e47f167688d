from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from caddis.adapters.rattler.local import check_local
from caddis.errors import FetchError
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem


def _package(path: Path, content: bytes) -> LockedPackage:
    digest = hashlib.sha256(content).hexdigest()
    return LockedPackage(
        name=path.stem,
        version="1.0",
        ecosystem=Ecosystem.CONDA,
        files=(LockedFile(url=path.as_uri(), sha256=digest),),
    )


def test_a_file_is_compared_again_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.conda"
    path.write_bytes(b"good")
    package = _package(path, b"good")
    check_local([package], memory=tmp_path / "hashes.json")
    # As many bytes as before.
    path.write_bytes(b"evil")
    with pytest.raises(FetchError, match="not the file"):
        check_local([package], memory=tmp_path / "hashes.json")


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    path, memory = tmp_path / "a.conda", tmp_path / "hashes.json"
    path.write_bytes(b"good")
    check_local([_package(path, b"good")], memory=memory)
    # What is remembered decides: so this file was not read.
    (key,) = json.loads(memory.read_text())
    memory.write_text(json.dumps({key: "00" * 32}))
    with pytest.raises(FetchError, match="sha256 0000"):
        check_local([_package(path, b"good")], memory=memory)


def test_a_remembered_hash_is_compared_with_the_lock(tmp_path: Path) -> None:
    path, memory = tmp_path / "a.conda", tmp_path / "hashes.json"
    path.write_bytes(b"good")
    check_local([_package(path, b"good")], memory=memory)
    with pytest.raises(FetchError, match="not the file"):
        check_local([_package(path, b"other")], memory=memory)


def test_a_damaged_memory_is_made_anew(tmp_path: Path) -> None:
    path, memory = tmp_path / "a.conda", tmp_path / "hashes.json"
    path.write_bytes(b"good")
    memory.write_text("{half")
    check_local([_package(path, b"good")], memory=memory)
    assert len(json.loads(memory.read_text())) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    package = _package(tmp_path / "gone.conda", b"")
    with pytest.raises(FetchError, match=r"gone\.conda .* no longer there"):
        check_local([package], memory=None)


def test_files_of_the_web_are_left_to_the_engine() -> None:
    far = LockedPackage(
        name="a",
        version="1.0",
        ecosystem=Ecosystem.CONDA,
        files=(LockedFile(url="https://c.example/a.conda", sha256="00"),),
    )
    check_local([far], memory=None)
