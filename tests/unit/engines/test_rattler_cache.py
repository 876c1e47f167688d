from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from caddis.adapters.rattler.unpacked import brings, is_edited
from caddis.host import LINUX, WINDOWS
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem

_PACKAGE = LockedPackage(
    name="greet",
    version="1.0",
    ecosystem=Ecosystem.CONDA,
    build="0",
    noarch="python",
    files=(LockedFile(url="https://a.example/noarch/greet-1.0-0.conda", sha256=""),),
)
_MODULE = "site-packages/greet.py"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with greet, of long ago, unpacked today."""
    folder = tmp_path / "greet-1.0-0"
    content = b"hello = 1\n"
    paths = [{"_path": _MODULE, "sha256": sha256(content).hexdigest()}]
    link = {"noarch": {"entry_points": ["greet = greet:main"]}}
    for name, data in {
        _MODULE: content,
        "info/paths.json": json.dumps({"paths": paths}).encode(),
        "info/link.json": json.dumps(link).encode(),
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (1, 1))
    (tmp_path / "greet-1.0-0.lock").write_bytes(b"")
    os.utime(tmp_path / "greet-1.0-0.lock", (1000, 1000))
    return tmp_path


def test_a_package_as_it_was_unpacked_is_not_edited(cache: Path) -> None:
    assert not is_edited(_PACKAGE, cache)


def test_a_file_that_was_edited_since_is_found(cache: Path) -> None:
    (cache / "greet-1.0-0" / _MODULE).write_text("hello = 2\n")
    assert is_edited(_PACKAGE, cache)


def test_a_file_that_was_only_touched_is_not_edited(cache: Path) -> None:
    (cache / "greet-1.0-0" / _MODULE).touch()
    assert not is_edited(_PACKAGE, cache)


def test_what_is_not_in_the_cache_is_not_edited(tmp_path: Path) -> None:
    assert not is_edited(_PACKAGE, tmp_path)


def test_what_failed_to_come_is_not_edited(cache: Path) -> None:
    shutil.rmtree(cache / "greet-1.0-0")
    assert not is_edited(_PACKAGE, cache)


def test_files_of_noarch_packages_go_where_python_looks(cache: Path) -> None:
    assert list(brings(_PACKAGE, cache, python="3.12", host=LINUX)) == [
        "conda-meta/greet-1.0-0.json",
        "lib/python3.12/site-packages/greet.py",
        "bin/greet",
    ]
    assert list(brings(_PACKAGE, cache, python="3.12", host=WINDOWS))[1:] == [
        "Lib/site-packages/greet.py",
        "Scripts/greet.exe",
        "Scripts/greet-script.py",
    ]


def test_packages_from_before_2017_tell_names_alone(cache: Path) -> None:
    info = cache / "greet-1.0-0" / "info"
    (info / "paths.json").unlink()
    (info / "files").write_text("share/greet\n")
    found = brings(replace(_PACKAGE, noarch=""), cache, python="", host=LINUX)
    assert "share/greet" in list(found)
