"""What people really have in their environments survives the way, or is told."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.unit.environments.prefixes import Prefix

pytestmark = pytest.mark.integration


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    prefix = tmp_path / "venv"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True
    )
    return prefix


def carried(prefix: Path, tmp_path: Path, name: str = "there") -> Path:
    archive, there = tmp_path / "e.tar.gz", tmp_path / name
    assert main(["pack", "-q", "-p", str(prefix), "-o", str(archive)]) == 0
    assert main(["unpack", "-q", str(archive), "-p", str(there)]) == 0
    with_tar = tmp_path / "with tar"
    with_tar.mkdir()
    subprocess.run(["tar", "-xf", str(archive), "-C", str(with_tar)], check=True)
    ours, theirs = (tree(folder) for folder in (there, with_tar))
    assert ours == theirs | {".caddis/prefix"}
    return there


def tree(prefix: Path) -> set[str]:
    return {
        os.path.relpath(os.path.join(folder, name), prefix)
        for folder, folders, names in os.walk(prefix)
        for name in (*folders, *names)
    }


def test_names_of_every_kind(venv: Path, tmp_path: Path) -> None:
    names = ["a b.txt", "größe.csv", "名前", "x" * 200, "new\nline", "-rf", "~"]
    deep = venv / "share" / ("d" * 120) / ("e" * 120)
    deep.mkdir(parents=True)
    for name in names:
        (deep / name).write_text(name)
    there = carried(venv, tmp_path) / deep.relative_to(venv)
    assert {path.name: path.read_text() for path in there.iterdir()} == {
        name: name for name in names
    }


@pytest.mark.parametrize("ending", ["tar.zst", "tar.gz", "zip", "squashfs"])
def test_a_name_that_is_no_text_goes_along(
    ending: str, venv: Path, tmp_path: Path
) -> None:
    # Latin-1, as old archives unpack it: it ended in a traceback.
    names = [b"caf\xe9.txt", b"caf\xe9" * 50, "größe".encode(), b"caf\xe9 \x1b[2J"]
    (venv / "var").mkdir()
    for name in names:
        Path(os.fsdecode(bytes(venv) + b"/var/" + name)).write_bytes(name)
    link = os.fsdecode(bytes(venv) + b"/var/link\xe9")
    os.symlink(b"caf\xe9.txt", link)
    archive = tmp_path / f"env.{ending}"
    assert main(["pack", "-q", "-p", str(venv), "-o", str(archive)]) == 0
    assert main(["verify", "-q", str(archive)]) == 0
    assert main(["inspect", "--files", "--json", str(archive)]) == 0
    if ending == "squashfs":
        return
    moved = tmp_path / "moved"
    assert main(["unpack", "-q", str(archive), "-p", str(moved)]) == 0
    assert main(["verify", "-q", str(moved)]) == 0
    there = bytes(moved) + b"/var/"
    assert set(os.listdir(there)) >= {*names, b"link\xe9"}
    assert os.readlink(there + b"link\xe9") == b"caf\xe9.txt"
    if ending != "zip":
        plain = tmp_path / "plain"
        plain.mkdir()
        subprocess.run(["tar", "-xf", archive, "-C", plain], check=True)
        assert set(os.listdir(bytes(plain) + b"/var/")) == set(os.listdir(there))


def test_links_stay_inside_and_what_lies_outside_comes_along(
    venv: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("from outside")
    share = venv / "share"
    share.mkdir()
    (share / "file").write_text("inside")
    (share / "relative").symlink_to("file")
    (share / "absolute").symlink_to(share / "file")
    (share / "folder").symlink_to(venv / "lib")
    (share / "away").symlink_to(outside)
    (share / "hard").hardlink_to(share / "file")
    there = carried(venv, tmp_path) / "share"
    assert os.readlink(there / "relative") == "file"
    assert os.readlink(there / "absolute") == "file"
    assert os.readlink(there / "folder") == "../lib"
    assert not (there / "away").is_symlink()
    assert (there / "away").read_text() == "from outside"
    assert (there / "hard").read_text() == "inside"


def test_what_cannot_be_carried_is_told(
    venv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    share = venv / "share"
    share.mkdir()
    (share / "dangling").symlink_to("/nowhere/at/all")
    os.mkfifo(share / "fifo")
    archive = str(tmp_path / "e.tar.gz")
    assert main(["pack", "-p", str(venv), "-o", archive]) == 0
    said = capsys.readouterr().err
    assert "share/dangling was left out" in said
    assert "share/fifo was left out" in said


def test_an_archive_inside_the_prefix_does_not_hold_itself(
    venv: Path, tmp_path: Path
) -> None:
    inside = venv / "env.tar.zst"
    words = ["pack", "-q", "-p", str(venv), "-o", str(inside)]
    assert main(words) == 0
    first = inside.read_bytes()
    assert main(words) == 0
    assert inside.read_bytes() == first
    assert "env.tar.zst" in tree(carried(venv, tmp_path))


def test_a_folder_of_the_archives_name_is_left_alone(
    venv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "env.tar.zst").mkdir()
    out = str(tmp_path / "env.tar.zst")
    assert main(["pack", "-q", "-p", str(venv), "-o", out]) == 2
    assert f"{out} is a folder" in capsys.readouterr().err


def test_empty_folders_and_sane_modes(venv: Path, tmp_path: Path) -> None:
    (venv / "var" / "run").mkdir(parents=True)
    for name, mode in (("secret", 0o600), ("open", 0o666), ("tool", 0o700)):
        (venv / "var" / name).write_text("#!/bin/sh\n")
        (venv / "var" / name).chmod(mode)
    there = carried(venv, tmp_path) / "var"
    assert (there / "run").is_dir()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in there.iterdir()}
    assert modes == {"run": 0o755, "secret": 0o644, "open": 0o644, "tool": 0o755}


def test_scripts_run_from_a_prefix_longer_than_a_shebang_may_be(
    venv: Path, tmp_path: Path
) -> None:
    # The kernel takes 127 bytes (255 since Linux 5.1) of a first line.
    script = venv / "bin" / "hello"
    script.write_text(f"#!{venv}/bin/python\nimport sys; print(sys.prefix)\n")
    script.chmod(0o755)
    name = "/".join(["long name" * 12] * 3)
    there = carried(venv, tmp_path, name)
    assert len(str(there)) > 300
    done = subprocess.run(
        [there / "bin" / "hello"], check=True, capture_output=True, text=True
    )
    assert done.stdout == f"{there}\n"


def test_two_versions_of_one_distribution_are_named(
    venv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packages,) = venv.glob("lib/python3*/site-packages")
    for version in ("1.0", "2.0"):
        info = packages / f"left_pad-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: left-pad\nVersion: {version}\n")
        (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
    assert main(["pack", "-p", str(venv), "-o", str(tmp_path / "e.tar.gz")]) == 0
    said = capsys.readouterr().err
    assert "left-pad is there twice: 1.0 and 2.0" in said


def test_two_records_of_one_conda_package_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # An update that did not come to its end leaves both.
    prefix = Prefix(path=tmp_path / "env")
    for version in ("1.0", "2.0"):
        prefix.conda("tool", version, files={"lib/tool.txt": "the same\n"})
    assert main(["pack", "-p", str(prefix.path), "-o", str(tmp_path / "e.tar.gz")]) == 0
    said = capsys.readouterr().err
    assert "conda-meta has tool 2 times: 1.0-h1_0 and 2.0-h1_0" in said
    assert "conda install --force-reinstall tool" in said
