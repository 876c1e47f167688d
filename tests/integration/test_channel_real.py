"""The real channel: what it holds works, and others believe in it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from tests.support.channel import PLACEHOLDER, SMALL, real_channel
from tests.support.channel.interpreter import MINOR
from tests.support.peers import CONDA_PACK, peer

pytestmark = [pytest.mark.integration, pytest.mark.network]

NATIVE = "ssl, sqlite3, ctypes, lzma, bz2, readline, curses, uuid, zlib"


def run(*command: str | Path) -> str:
    return subprocess.check_output([str(part) for part in command], text=True, env={})


def test_its_python_imports_what_needs_libraries(small_prefix: Path) -> None:
    python = small_prefix / "bin/python"
    code = f"import sys, numpy, yaml, {NATIVE}; print(sys.prefix)"
    assert run(python, "-c", code) == f"{small_prefix}\n"


def test_every_library_is_its_own_or_glibc(small_prefix: Path) -> None:
    libraries = list(small_prefix.rglob("*.so*"))
    assert libraries
    for path in libraries:
        listing = run("/usr/bin/ldd", path)
        assert "not found" not in listing, f"{path}: {listing}"
        outside = {
            line.split()[0].partition(".so")[0]
            for line in listing.splitlines()
            if " => " in line and str(small_prefix) not in line
        }
        assert outside <= {"libc", "libm", "libdl", "libpthread", "librt", "libresolv"}


def test_commands_of_both_kinds_of_package_run(small_prefix: Path) -> None:
    assert run(small_prefix / "bin/pygmentize", "-V").startswith("Pygments")  # noarch
    assert run(small_prefix / "bin/f2py", "-v")  # of this platform


def test_text_files_name_the_prefix_and_nothing_else(small_prefix: Path) -> None:
    config = small_prefix / f"bin/python{MINOR}-config"
    if config.exists():  # Debian has it in a package of its own
        assert run(config, "--prefix") == f"{small_prefix}\n"
    for path in small_prefix.rglob("*.py"):
        assert PLACEHOLDER not in path.read_text(encoding="utf-8", errors="replace")


def test_conda_meta_knows_every_file(small_prefix: Path) -> None:
    known = {"CACHEDIR.TAG"}
    for record in small_prefix.glob("conda-meta/*.json"):
        known.add(str(record.relative_to(small_prefix)))
        known.update(json.loads(record.read_text())["files"])
    known.add("conda-meta/history")
    on_disk = {
        os.path.relpath(os.path.join(folder, name), small_prefix)
        for folder, _, names in os.walk(small_prefix)
        for name in names
    }
    assert on_disk == known


def test_record_is_true_of_every_installed_file(small_prefix: Path) -> None:
    records = list(small_prefix.rglob("*.dist-info/RECORD"))
    assert len(records) == len(SMALL)
    for record in records:
        for path, digest, _ in csv.reader(record.read_text().splitlines()):
            if not digest:
                continue
            content = (record.parents[1] / path).read_bytes()
            found = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
            assert digest == f"sha256={found.decode()}", path


def test_conda_pack_packs_a_prefix_made_from_it(
    small_prefix: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "packed.tar.gz"
    run(peer(CONDA_PACK), "-q", "-p", small_prefix, "-o", packed)
    shutil.rmtree(small_prefix)
    moved = tmp_path / "moved"
    moved.mkdir()
    run("/usr/bin/tar", "-xzf", packed, "-C", moved)
    run(moved / "bin/python", moved / "bin/conda-unpack")
    code = "import sys, numpy; print(sys.prefix)"
    assert run(moved / "bin/python", "-c", code) == f"{moved}\n"


def test_a_second_call_takes_the_channel_from_the_cache(small_channel: str) -> None:
    repodata = Path(small_channel.removeprefix("file://")) / "noarch/repodata.json"
    before = repodata.stat().st_mtime_ns
    assert real_channel(SMALL) == small_channel
    assert repodata.stat().st_mtime_ns == before
