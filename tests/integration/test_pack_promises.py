"""What conda-pack, venv-pack and others promise and do not keep.

Each test names a failure that was seen when their tools were run or reported to them.
The conda environments are of the tiny channel, in a fraction of a second each.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import carry, edit, members, pack, unpack
from tests.support.channel import (
    PLACEHOLDER,
    Package,
    index_channel,
    install_prefix,
    text_file,
    write_package,
)
from tests.support.channel.package import File
from tests.support.channel.tiny import ODD_NAME

pytestmark = pytest.mark.integration

EVERYTHING = (
    "greet", "prefixed", "activated", "linked", "data-only", "base", ODD_NAME,
)  # fmt: skip

Environment = Callable[..., Path]


@pytest.fixture
def environment(tiny: str, tmp_path: Path) -> Environment:
    """Makes a conda environment of the tiny channel at a name below tmp_path."""

    def install(name: str = "env", specs: tuple[str, ...] = EVERYTHING) -> Path:
        return install_prefix(tiny, specs, tmp_path / name, cache=tmp_path / "pkgs")

    return install


def run(*command: str | Path, **variables: str) -> str:
    words = [str(word) for word in command]
    env = {"PATH": "/usr/bin:/bin", **variables}
    return subprocess.run(
        words, env=env, capture_output=True, text=True, check=True
    ).stdout


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Files as they are on disk


def test_an_edited_file_is_kept_and_reported(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # conda-pack takes managed files from the package cache: the edit is gone.
    env = environment()
    edit(env / "share/activated/note.txt", "changed by hand\n")
    moved = carry(env, tmp_path / "moved")
    assert (moved / "share/activated/note.txt").read_text() == "changed by hand\n"
    assert "share/activated/note.txt of activated was edited" in capsys.readouterr().err


def test_an_edit_of_the_same_size_at_once_is_kept_and_stays_its_own(
    environment: Environment, tmp_path: Path
) -> None:
    # A script that installs and then patches; the next environment must not have it.
    env = environment("patched")
    edit(env / "share/data-only/table.csv", "A,B\n1,2\n")
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
        for record in place.glob("conda-meta/*.json"):
            for file in json.loads(record.read_text())["paths_data"]["paths"]:
                path = place / file["_path"]
                expected = file.get("sha256_in_prefix") or file["sha256"]
                if not path.is_symlink():
                    assert sha256(path) == expected, file["_path"]


def test_an_edit_made_after_unpacking_survives_a_move(
    environment: Environment, tmp_path: Path
) -> None:
    place = carry(environment(), tmp_path / "a")
    edit(place / "share/prefixed/config.txt", f"home={place}\nmine=1\n")
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
    specs = (*EVERYTHING, "right", "greet ==1.0")
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
