"""What conda-pack, venv-pack and others promise and do not keep.

Each test names a failure that was seen when their tools were run or reported to them.
The conda environments are of the tiny channel, in a fraction of a second each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import Environment, carry, members, pack, unpack
from tests.support.channel import (
    PLACEHOLDER,
    Package,
    index_channel,
    install_prefix,
    text_file,
    write_package,
)
from tests.support.channel.package import File
from tests.support.running import run, sha256

pytestmark = pytest.mark.integration

# Files as they are on disk


def test_an_edited_file_is_kept_and_reported(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # conda-pack takes managed files from the package cache: the edit is gone.
    env = environment()
    (env / "share/activated/note.txt").write_text("changed by hand\n")
    moved = carry(env, tmp_path / "moved")
    assert (moved / "share/activated/note.txt").read_text() == "changed by hand\n"
    assert "share/activated/note.txt of activated was edited" in capsys.readouterr().err


def test_an_edit_of_the_same_size_at_once_is_kept_and_stays_its_own(
    environment: Environment, tmp_path: Path
) -> None:
    # A script that installs and then patches; the next environment must not have it.
    env = environment("patched")
    (env / "share/data-only/table.csv").write_text("A,B\n1,2\n")
    patched = carry(env, tmp_path / "one")
    clean = carry(environment("clean"), tmp_path / "two")
    assert (patched / "share/data-only/table.csv").read_text() == "A,B\n1,2\n"
    assert (clean / "share/data-only/table.csv").read_text() == "a,b\n1,2\n"


def test_a_deleted_file_is_reported_and_the_rest_is_packed(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # conda-pack#63 and eight more: "files managed by conda were deleted".
    env = environment()
    (env / "share/data-only/table.csv").unlink()
    moved = carry(env, tmp_path / "moved")
    assert (
        "share/data-only/table.csv of data-only is missing" in capsys.readouterr().err
    )
    assert run(moved / "bin/greet") == "hello from greet 2.0\n"


def test_files_that_no_package_owns_come_along(
    environment: Environment, tmp_path: Path
) -> None:
    env = environment()
    (env / "my models").mkdir()
    (env / "my models/größe.bin").write_bytes(b"\0\1")
    (env / "empty").mkdir()
    (env / "my models/link").symlink_to(env / "share/base")
    moved = carry(env, tmp_path / "moved")
    assert (moved / "my models/größe.bin").read_bytes() == b"\0\1"
    assert (moved / "empty").is_dir()
    assert (moved / "my models/link").resolve() == moved / "share/base"


def test_links_and_odd_names_survive(environment: Environment, tmp_path: Path) -> None:
    moved = carry(environment(), tmp_path / "moved")
    assert (moved / "lib/liblinked.so").readlink() == Path("liblinked.so.1")
    assert (moved / "share/linked/current").readlink() == Path("v1")
    names = {path.name for path in (moved / "share/odd").iterdir()}
    assert names == {"with space.txt", "été.txt", "-dash.txt"}


def test_an_environment_without_history_can_be_packed(
    environment: Environment, tmp_path: Path
) -> None:
    # conda-pack ends in a ValueError.
    env = environment()
    (env / "conda-meta/history").unlink()
    moved = carry(env, tmp_path / "moved")
    assert run(moved / "bin/greet") == "hello from greet 2.0\n"


def test_nobody_is_kept_out_by_modes(environment: Environment, tmp_path: Path) -> None:
    # conda-pack carries modes of 0600 along, and root's archive is of use to root only.
    env = environment()
    (env / "private.txt").write_text("mine\n")
    (env / "private.txt").chmod(0o600)
    (env / "public.txt").write_text("anybody's\n")
    (env / "public.txt").chmod(0o666)
    archive = pack(env, tmp_path / "env.tar.zst")
    modes = {member.mode for member in members(archive) if not member.issym()}
    assert modes == {0o644, 0o755}


def test_files_that_two_packages_own_are_packed_once(tiny: str, tmp_path: Path) -> None:
    specs = ("python", "same-one", "same-two")
    env = install_prefix(tiny, specs, tmp_path / "env", cache=tmp_path / "pkgs")
    archive = pack(env, tmp_path / "env.tar.zst")
    names = [member.name for member in members(archive)]
    assert len(names) == len(set(names))
    moved = unpack(archive, tmp_path / "moved")
    assert (moved / "share/same").read_text() == (env / "share/same").read_text()


def test_a_text_file_may_hold_the_prefix_of_no_package(
    environment: Environment, tmp_path: Path
) -> None:
    # What a user wrote into the prefix with its path in it moves as well.
    env = environment()
    (env / "etc/mine.ini").write_text(f"data={env}/share\n")
    moved = carry(env, tmp_path / "moved")
    assert (moved / "etc/mine.ini").read_text() == f"data={moved}/share\n"


def test_an_own_package_with_text_in_latin_1_moves(tmp_path: Path) -> None:
    content = b"caf\xe9=" + PLACEHOLDER.encode() + b"/x\n"
    file = File(content=content, placeholder=PLACEHOLDER)
    channel = tmp_path / "channel"
    files = {"share/latin": file, "share/plain": text_file("x\n")}
    write_package(Package(name="latin", files=files), channel)
    cache = tmp_path / "pkgs"
    env = install_prefix(index_channel(channel), ["latin"], tmp_path / "e", cache=cache)
    moved = carry(env, tmp_path / "moved")
    expected = b"caf\xe9=" + os.fsencode(moved) + b"/x\n"
    assert (moved / "share/latin").read_bytes() == expected


# Moves


def test_the_prefix_is_right_after_every_move(
    environment: Environment, tmp_path: Path
) -> None:
    # conda-unpack works once; after that it says nothing and does nothing.
    place = carry(environment(), tmp_path / "a")
    for name in ("somewhat longer", "b", "c" * 60):
        place = place.rename(tmp_path / name)
        run(place / "bin/caddis-unpack")
        text = (place / "share/prefixed/config.txt").read_text()
        assert text == f"home={place}\nlib={place}/lib\n"
        binary = (place / "lib/prefixed.bin").read_bytes()
        for end in ("/share/one", "/share/two"):
            assert f"{place}{end}\0".encode() in binary
        assert binary.endswith(bytes(range(256)))
        assert PLACEHOLDER.encode() not in binary


def test_conda_meta_tells_the_truth_after_every_move(
    environment: Environment, tmp_path: Path
) -> None:
    place = carry(environment(), tmp_path / "first")
    for name in ("second", "third place"):
        place = place.rename(tmp_path / name)
        run(place / "bin/conda-unpack")
        records = list(place.glob("conda-meta/*.json"))
        assert any(record.name.startswith("prefixed-") for record in records)
        for record in records:
            for file in json.loads(record.read_text())["paths_data"]["paths"]:
                path = place / file["_path"]
                expected = file.get("sha256_in_prefix") or file["sha256"]
                if not path.is_symlink():
                    assert sha256(path) == expected, file["_path"]


def test_an_edit_made_after_unpacking_survives_a_move(
    environment: Environment, tmp_path: Path
) -> None:
    place = carry(environment(), tmp_path / "a")
    (place / "share/prefixed/config.txt").write_text(f"home={place}\nmine=1\n")
    place = place.rename(tmp_path / "b")
    done = subprocess.run(
        [place / "bin/caddis-unpack"], capture_output=True, text=True, check=True
    )
    assert "mine=1" in (place / "share/prefixed/config.txt").read_text()
    assert "share/prefixed/config.txt was changed" in done.stderr


def test_relocating_leaves_hard_links_elsewhere_alone(
    environment: Environment, tmp_path: Path
) -> None:
    # conda-pack's no-archive links the package cache, and conda-unpack writes into it.
    place = carry(environment(), tmp_path / "a")
    twin = tmp_path / "twin"
    subprocess.run(["cp", "-al", place, twin], check=True)
    before = sha256(twin / "lib/prefixed.bin")
    place.rename(tmp_path / "b")
    run(tmp_path / "b/bin/caddis-unpack")
    assert sha256(twin / "lib/prefixed.bin") == before
    assert sha256(tmp_path / "b/lib/prefixed.bin") != before


def test_a_running_program_can_be_relocated(tmp_path: Path) -> None:
    # conda-pack#40: "text file busy".
    channel, shell = tmp_path / "channel", Path("/bin/sh").resolve()
    content = shell.read_bytes() + PLACEHOLDER.encode() + b"/share\0"
    program = File(content=content, mode=0o755, placeholder=PLACEHOLDER, binary=True)
    write_package(Package(name="busy", files={"bin/busy": program}), channel)
    cache = tmp_path / "pkgs"
    env = install_prefix(index_channel(channel), ["busy"], tmp_path / "e", cache=cache)
    place = carry(env, tmp_path / "a").rename(tmp_path / "b")
    wait = [place / "bin/busy", "-c", "read line"]
    with subprocess.Popen(wait, stdin=subprocess.PIPE) as running:
        run(sys.executable, place / ".caddis/relocate.py")
        assert running.poll() is None
        running.communicate(b"\n")
    assert f"{place}/share\0".encode() in (place / "bin/busy").read_bytes()


def test_a_prefix_too_long_is_refused_before_anything_is_written(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # conda-unpack stops half-way with no way back.
    archive = pack(environment(), tmp_path / "env.tar.zst")
    parent = tmp_path / ("d" * 200)
    target = parent / ("e" * 100)
    assert main(["unpack", str(archive), "-p", str(target)]) == 8
    assert "lib/prefixed.bin has room for 255" in capsys.readouterr().err
    assert not target.exists()
    assert not any(parent.iterdir())


def test_a_move_to_a_place_too_long_changes_nothing(
    environment: Environment, tmp_path: Path
) -> None:
    place = carry(environment(), tmp_path / "a")
    before = sha256(place / "share/prefixed/config.txt")
    (tmp_path / ("d" * 200)).mkdir()
    place = place.rename(tmp_path / ("d" * 200) / ("e" * 100))
    done = subprocess.run(
        [place / "bin/caddis-unpack"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 8
    assert "room for 255" in done.stderr
    assert sha256(place / "share/prefixed/config.txt") == before
