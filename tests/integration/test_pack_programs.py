"""Programs and packages of a carried environment, and the bytes it is carried in.

Each test names a failure that was seen when the peers were run or reported to them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import stat
import subprocess
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from tests.support.carrying import Environment, carry, pack, unpack
from tests.support.channel import install_prefix
from tests.support.channel.tiny import TINY
from tests.support.running import run, sha256

pytestmark = pytest.mark.integration

# Programs


def test_scripts_run_their_own_python_without_activation(
    environment: Environment, tmp_path: Path
) -> None:
    # conda-pack's say `/usr/bin/env python`, which is another Python.
    moved = carry(environment(), tmp_path / "moved to a place")
    decoy = tmp_path / "decoy/python"
    decoy.parent.mkdir()
    decoy.write_text("#!/bin/sh\necho another Python\n")
    decoy.chmod(0o755)
    path = f"{decoy.parent}:/usr/bin:/bin"
    for script, said in (("greet", "hello from greet 2.0"), ("prefixed", "from a")):
        assert said in run(moved / "bin" / script, PATH=path)
        link = tmp_path / f"link to {script}"
        link.symlink_to(moved / "bin" / script)
        assert said in run(link, PATH=path)


def test_scripts_run_from_a_very_long_prefix(
    environment: Environment, tmp_path: Path
) -> None:
    # Linux cuts a shebang after 127 bytes; rattler then writes /usr/bin/env.
    env = environment("i" * 120)
    assert len(f"#!{env}/bin/python") > 127
    moved = carry(env, tmp_path / ("j" * 130))
    assert len(f"#!{moved}/bin/python") > 127
    assert run(moved / "bin/greet") == "hello from greet 2.0\n"
    assert run(moved / "bin/prefixed") == "from a script\n"


def test_activation_is_honoured_and_undone(
    environment: Environment, tmp_path: Path
) -> None:
    moved = carry(environment(), tmp_path / "moved")
    script = (
        f'. "{moved}/bin/activate"; echo "$ACTIVATED_HOME"; command -v greet;'
        'deactivate; echo "${ACTIVATED_HOME-none} ${CONDA_PREFIX-none} $PATH"'
    )
    for shell in ("sh", "bash"):
        activated, found, after = run(shell, "-c", script).splitlines()
        assert activated == f"{moved}/share/activated"
        assert found == f"{moved}/bin/greet"
        assert after == "none none /usr/bin:/bin"


def test_the_first_activation_in_a_new_place_relocates(
    environment: Environment, tmp_path: Path
) -> None:
    place = carry(environment(), tmp_path / "a").rename(tmp_path / "b")
    run("bash", "-c", f". {place}/bin/activate")
    assert f"home={place}\n" in (place / "share/prefixed/config.txt").read_text()


# Packages afterwards


def test_record_is_true_after_unpacking(
    environment: Environment, tmp_path: Path
) -> None:
    # venv-pack and conda-pack leave hashes of files that they have rewritten.
    moved = carry(environment(), tmp_path / "moved")
    (record,) = moved.rglob("greet-2.0.dist-info/RECORD")
    rows = list(csv.reader(record.read_text().splitlines()))
    assert len(rows) > 2
    for path, digest, size in rows:
        if digest:
            content = (record.parents[1] / path).read_bytes()
            found = urlsafe_b64encode(hashlib.sha256(content).digest())
            assert digest == f"sha256={found.decode().rstrip('=')}", path
            assert int(size) == len(content)


def test_packages_can_still_be_installed_after_a_move(
    environment: Environment, tiny: str, tmp_path: Path
) -> None:
    moved = carry(environment(), tmp_path / "a").rename(tmp_path / "b")
    run(moved / "bin/caddis-unpack")
    specs = (*TINY, "right", "greet ==1.0")
    specs = tuple(spec for spec in specs if spec != "greet")
    install_prefix(tiny, specs, moved, cache=tmp_path / "pkgs")
    assert run(moved / "bin/greet") == "hello from greet 1.0\n"
    assert (moved / "share/base").read_text() == "2\n"
    assert f"home={moved}\n" in (moved / "share/prefixed/config.txt").read_text()


# The same bytes


def test_two_packs_are_byte_equal_whoever_makes_them_where(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another prefix, another day, another umask, another locale, another cache.
    one = pack(environment("one"), tmp_path / "one.tar.zst")
    time.sleep(1.1)
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "other cache"))
    monkeypatch.setenv("LC_ALL", "C")
    before = os.umask(0o077)
    try:
        place = tmp_path / "quite another place"
        env = environment(place.name)
        for path in env.rglob("*"):
            if path.is_dir():
                os.utime(path)
        two = pack(env, tmp_path / "two.tar.zst")
    finally:
        os.umask(before)
    assert sha256(one) == sha256(two)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (one, two)] == [0o644] * 2


def test_a_pack_of_what_was_unpacked_is_byte_equal(
    environment: Environment, tmp_path: Path
) -> None:
    one = pack(environment(), tmp_path / "one.tar.zst")
    moved = unpack(one, tmp_path / "moved")
    run(moved / "bin/greet")
    two = pack(moved, tmp_path / "two.tar.zst")
    assert sha256(one) == sha256(two)


def test_frames_are_taken_from_the_cache_by_other_environments(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack(environment("one"), tmp_path / "one.tar.zst")
    capsys.readouterr()
    pack(environment("two"), tmp_path / "two.tar.zst", "--json")
    answer = json.loads(capsys.readouterr().out)
    packages = [layer for layer in answer["layers"] if layer["kind"] == "conda"]
    assert answer["frames_cached"] >= len(packages)


def test_the_frame_cache_can_be_deleted_at_any_time(
    environment: Environment, tmp_path: Path, cache_apart: Path
) -> None:
    env = environment()
    one = pack(env, tmp_path / "one.tar.zst")
    shutil.rmtree(cache_apart / "frames")
    two = pack(env, tmp_path / "two.tar.zst")
    assert sha256(one) == sha256(two)


def test_plain_tar_reads_the_archive(environment: Environment, tmp_path: Path) -> None:
    for ending in (".tar.gz", ".tar.zst"):
        archive = pack(environment(), tmp_path / f"env{ending}")
        place = tmp_path / f"by tar {ending}"
        place.mkdir()
        said = subprocess.run(
            ["tar", "-xf", archive, "-C", place],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert said.stderr == ""
        assert run(place / "bin/greet") == "hello from greet 2.0\n"
