"""kill -9, a full disk, two at once: nothing that looks finished is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from caddis.cli import main

pytestmark = pytest.mark.integration

CADDIS = [sys.executable, "-m", "caddis"]


@pytest.fixture
def archive(small_prefix: Path, tmp_path: Path) -> Path:
    out = tmp_path / "small.tar.gz"
    assert main(["pack", "-q", "-p", str(small_prefix), "-o", str(out)]) == 0
    return out


def killed_while(folder: Path, *words: object) -> None:
    """Run caddis; kill it as soon as something new stands in *folder*."""
    before = os.listdir(folder)
    process = subprocess.Popen([*CADDIS, *map(str, words)], stderr=subprocess.PIPE)
    while os.listdir(folder) == before and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def killed_after(seconds: float, *words: object) -> None:
    process = subprocess.Popen([*CADDIS, *map(str, words)], stderr=subprocess.PIPE)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_an_unpack_killed_at_work_leaves_no_prefix_and_the_next_clears_up(
    archive: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    killed_while(disk, "unpack", "-q", archive, "-p", disk / "env")
    assert os.listdir(disk) != ["env"]
    assert main(["unpack", "-q", str(archive), "-p", str(disk / "env")]) == 0
    assert os.listdir(disk) == ["env"]


@pytest.mark.parametrize("seconds", [0.15, 0.25, 0.35, 0.5])
def test_an_unpack_killed_at_any_time_leaves_all_or_nothing(
    seconds: float, archive: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    killed_after(seconds, "unpack", "-q", archive, "-p", prefix)
    if not prefix.exists():
        assert main(["unpack", "-q", str(archive), "-p", str(prefix)]) == 0
    assert main(["verify", "-q", str(prefix)]) == 0


def test_a_pack_killed_at_work_leaves_the_old_archive(
    small_prefix: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "env.tar.gz"
    out.parent.mkdir()
    out.write_bytes(b"yesterday")
    killed_while(out.parent, "pack", "-q", "-p", small_prefix, "-o", out)
    assert out.read_bytes() == b"yesterday"
    assert main(["pack", "-q", "-p", str(small_prefix), "-o", str(out)]) == 0
    assert os.listdir(out.parent) == ["env.tar.gz"]


@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.5])
def test_a_pack_killed_at_any_time_leaves_the_old_archive_or_the_new(
    seconds: float, small_prefix: Path, tmp_path: Path
) -> None:
    out = tmp_path / "env.tar.gz"
    out.write_bytes(b"yesterday")
    killed_after(seconds, "pack", "-q", "-p", small_prefix, "-o", out)
    # The signal may come when all is done and Python is on its way out.
    assert out.read_bytes() == b"yesterday" or main(["verify", "-q", str(out)]) == 0


def on_a_small_disk(
    megabytes: int,
    binds: dict[Path, str],
    *words: str,
    cache: str = "/mnt/cache",
    passing: str = "/tmp",
) -> str:
    """Run caddis where /mnt/disk has so much room; give what it says and leaves."""
    small = ["--size", str(megabytes * 2**20), "--tmpfs", "/mnt/disk"]
    place = [part for host, inside in binds.items() for part in
             ("--ro-bind", str(host), inside)]  # fmt: skip
    script = f"{' '.join([*CADDIS, *words])}; echo exit $?; ls -A /mnt/disk"
    command = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/mnt", *small, *place]
    places = ["--setenv", "CADDIS_CACHE_DIR", cache, "--setenv", "TMPDIR", passing]
    done = subprocess.run(
        [*command, *places, "sh", "-c", script],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def test_a_disk_that_fills_up_while_packing_is_told_and_left_clean(
    small_prefix: Path,
) -> None:
    binds = {small_prefix: "/mnt/env"}
    said = on_a_small_disk(
        5, binds, "pack", "-q", "-p", "/mnt/env", "-o", "/mnt/disk/e.tar.gz"
    )
    assert "No space left on device: /mnt/disk/e.tar.gz" in said
    assert "/mnt/disk is full: free some space or choose a place" in said
    assert "exit 10\n" in said
    assert "e.tar.gz" not in said.partition("exit 10")[2].partition("error")[0]


def test_a_disk_that_the_cache_fills_up_is_told_from_that_of_the_archive(
    small_prefix: Path,
) -> None:
    binds, words = {small_prefix: "/mnt/env"}, ("-p", "/mnt/env", "-o", "/mnt/e.tar.gz")
    said = on_a_small_disk(5, binds, "pack", "-q", *words, cache="/mnt/disk/cache")
    assert "No space left on device: /mnt/disk/cache/frames/" in said
    assert "/mnt/disk is full: free some space or set CADDIS_CACHE_DIR" in said
    assert "exit 10\n" in said


def test_a_full_disk_is_not_taken_for_a_damaged_image(
    small_prefix: Path, tmp_path: Path
) -> None:
    # Damaged, it is unpacked to find out where; what found no room seemed damaged.
    image = tmp_path / "env.squashfs"
    assert main(["pack", "-q", "-p", str(small_prefix), "-o", str(image)]) == 0
    with image.open("r+b") as file:
        file.seek(image.stat().st_size // 2)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    said = on_a_small_disk(
        5, {image: "/mnt/e.squashfs"}, "verify", "/mnt/e.squashfs", passing="/mnt/disk"
    )
    assert "No space left on device: /mnt/disk/caddis-passing-verify" in said
    assert "set TMPDIR" in said
    assert "damaged" not in said


def test_a_disk_too_small_for_the_environment_is_told_before(archive: Path) -> None:
    said = on_a_small_disk(
        5, {archive: "/mnt/e.tar.gz"}, "unpack", "/mnt/e.tar.gz", "-p", "/mnt/disk/env"
    )
    assert "MiB are free" in said
    assert "exit 10\n" in said


def test_of_two_unpacks_into_one_place_one_succeeds(
    archive: Path, tmp_path: Path
) -> None:
    prefix = tmp_path / "env"
    command = [*CADDIS, "unpack", "-q", str(archive), "-p", str(prefix)]
    with ThreadPoolExecutor(2) as pool:
        codes = [
            done.returncode
            for done in pool.map(
                lambda _: subprocess.run(command, capture_output=True, check=False),
                range(2),
            )
        ]
    assert sorted(codes) == [0, 7]
    subprocess.run([prefix / "bin" / "python", "-c", "import numpy"], check=True)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".partial")]


def test_a_read_only_target_is_told(archive: Path, tmp_path: Path) -> None:
    command = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(tmp_path), "/mnt"]
    words = [*CADDIS, "unpack", "-q", str(archive), "-p", "/mnt/env"]
    done = subprocess.run(
        [*command, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 10
    assert "Read-only file system: /mnt" in done.stderr


@pytest.mark.network
@pytest.mark.parametrize("seconds", [0.4, 1.0, 1.8])
def test_ctrl_c_ends_with_130_and_leaves_nothing_half_done(
    seconds: float, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.in").write_text("numpy\npygments\n")
    out, prefix = tmp_path / "out" / "e.tar.gz", tmp_path / "env"
    out.parent.mkdir()
    words = ["pack", str(project), "-o", str(out), "--keep-prefix", str(prefix)]
    process = subprocess.Popen(
        [*CADDIS, *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    time.sleep(seconds)
    # As the terminal does, the signal goes to the engines as well.
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    # 0 and -SIGINT: all was done, and Python itself on its way out.
    assert process.returncode in {0, 130, -signal.SIGINT}, said
    assert os.listdir(out.parent) in ([], ["e.tar.gz"])
    if out.exists():
        assert main(["verify", "-q", str(out)]) == 0
    assert main([*words, "-q"]) == 0
    assert os.listdir(out.parent) == ["e.tar.gz"]
