"""What a sync sees of the files that it left."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from caddis.host import LINUX
from caddis.model.prefix.dist_info import record_hash
from caddis.stages.sync.installed import Installed, read_installed
from caddis.stages.sync.seen import (
    Seen,
    look_again,
    read_seen,
    see_arrived,
    write_seen,
)

_SITE = "lib/python3.11/site-packages"


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A virtual environment with one distribution of two files and bytecode."""
    (tmp_path / "pyvenv.cfg").write_text("version = 3.11.7\n")
    _distribution(tmp_path, "tool", {"tool.py": b"a = 1\n", "data.txt": b"data"})
    return tmp_path


def _distribution(prefix: Path, name: str, files: dict[str, bytes]) -> None:
    info = prefix / _SITE / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    lines = [f"{info.name}/RECORD,,", "__pycache__/tool.cpython-311.pyc,,"]
    for path, content in files.items():
        (info.parent / path).write_bytes(content)
        lines.append(f"{path},{record_hash(content)},{len(content)}")
    (info / "RECORD").write_text("\n".join(lines) + "\n")


def _look(prefix: Path, seen: dict[str, Seen]) -> tuple[Installed, dict[str, Seen]]:
    return look_again(prefix, read_installed(prefix, host=LINUX), seen)


def _changed(found: Installed) -> dict[str, tuple[str, ...]]:
    return {package.name: package.changed for package in found.packages}


def test_what_was_seen_is_read_as_it_was_written(prefix: Path) -> None:
    _, seen = _look(prefix, {})
    write_seen(seen, prefix)
    assert read_seen(prefix) == seen


def test_nothing_is_read_where_nothing_was_touched(prefix: Path) -> None:
    _, seen = _look(prefix, {})
    # The content is another, but neither size nor time tell so.
    path = prefix / _SITE / "tool.py"
    times = path.stat().st_mtime_ns
    path.write_bytes(b"a = 2\n")
    os.utime(path, ns=(times, times))
    found, now = _look(prefix, seen)
    assert _changed(found) == {"tool": ()}
    assert now == seen


def test_an_edited_and_a_missing_file_are_found(prefix: Path) -> None:
    _, seen = _look(prefix, {})
    (prefix / _SITE / "tool.py").write_bytes(b"a = 22\n")
    (prefix / _SITE / "data.txt").unlink()
    found, _ = _look(prefix, seen)
    assert _changed(found) == {"tool": (f"{_SITE}/data.txt", f"{_SITE}/tool.py")}


def test_a_touched_file_is_seen_as_it_is_now(prefix: Path) -> None:
    _, seen = _look(prefix, {})
    os.utime(prefix / _SITE / "tool.py", (1, 1))
    found, now = _look(prefix, seen)
    assert _changed(found) == {"tool": ()}
    assert now["pypi:tool"].files[f"{_SITE}/tool.py"] == [6, 1_000_000_000]


def test_a_package_not_seen_before_is_compared_whole(prefix: Path) -> None:
    (prefix / _SITE / "data.txt").write_bytes(b"edit")
    found, _ = _look(prefix, {})
    assert _changed(found) == {"tool": (f"{_SITE}/data.txt",)}


def test_a_file_of_two_packages_is_nobodys_fault(prefix: Path) -> None:
    _distribution(prefix, "other", {"data.txt": b"mine now"})
    found, _ = _look(prefix, {})
    assert _changed(found) == {"other": (), "tool": ()}


def test_only_what_arrived_is_looked_at_again(prefix: Path) -> None:
    packages = read_installed(prefix, host=LINUX).packages
    old = {"pypi:tool": Seen(stamp=packages[0].stamp, files={"kept": [1, 2]})}
    kept = see_arrived(prefix, packages, old, arrived=frozenset(), early={})
    assert kept == old
    new = see_arrived(prefix, packages, old, arrived=frozenset({"tool"}), early={})
    # RECORD, the module and the data; bytecode comes and goes.
    assert len(new["pypi:tool"].files) == 3


def test_a_damaged_memory_is_none(prefix: Path) -> None:
    assert read_seen(prefix) == {}
    (prefix / ".caddis").mkdir()
    (prefix / ".caddis" / "files.json").write_text('{"packages": {"a": 1}}')
    assert read_seen(prefix) == {}


def test_conda_tells_the_hash_after_linking(tmp_path: Path) -> None:
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    (tmp_path / "config").write_bytes(b"home=/here\n")
    digest = hashlib.sha256(b"home=/here\n").hexdigest()
    (meta / "thing-1.0-0.json").write_text(
        '{"name": "thing", "version": "1.0", "build": "0", "paths_data": {"paths": ['
        '{"_path": "config", "path_type": "hardlink", "prefix_placeholder": "/there",'
        f' "sha256": "00", "sha256_in_prefix": "{digest}"}}]}}}}'
    )
    found, _ = _look(tmp_path, {})
    assert _changed(found) == {"thing": ()}
    (tmp_path / "config").write_bytes(b"home=/away\n")
    found, _ = _look(tmp_path, {})
    assert _changed(found) == {"thing": ("config",)}
