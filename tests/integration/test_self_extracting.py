"""`sh env.sh PREFIX` on a machine with no Python, in good and in bad times."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.codecs import Gzip
from caddis.cli import main
from caddis.cli.archives.reading import open_any_archive
from caddis.errors import UsageError
from caddis.stages.verify import verify_archive
from caddis.stages.wrap import write_self_extracting
from tests.support.archives import pack_small, small_stack
from tests.support.channel import (
    SMALL,
    Package,
    binary_file,
    index_channel,
    install_prefix,
    real_channel,
    write_package,
)
from tests.support.channel.real import CACHE
from tests.support.running import IMPORT_EVERYTHING
from tests.support.sandbox import Sandbox, sandbox

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def bare() -> Sandbox:
    return sandbox()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a real environment; a test that changes it takes a copy."""
    folder = tmp_path_factory.mktemp("self-extracting")
    prefix, cache = folder / "env", CACHE / "conda"
    native = install_native(folder, prefix).rename(folder / "native")
    install_prefix(real_channel(SMALL), ["python", *SMALL], prefix, cache=cache)
    shutil.copytree(native, prefix, dirs_exist_ok=True, ignore=lambda *_: ["history"])
    out = folder / "env.sh"
    assert main(["pack", "-p", str(prefix), "-o", str(out), "-q"]) == 0
    return out


def install_native(folder: Path, prefix: Path) -> Path:
    """Install a binary that names *prefix*, which nothing of the real channel does."""
    files = {"lib/native.bin": binary_file(b"/share")}
    write_package(Package(name="native", files=files), folder / "channel")
    channel = index_channel(folder / "channel")
    return install_prefix(channel, ["native"], prefix, cache=folder / "pkgs")


@pytest.fixture
def disk(made: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the archive; what the sandbox sees as /disk."""
    shutil.copy(made, tmp_path / "env.sh")
    return tmp_path


def shell(
    box: Sandbox, script: str, disk: Path, **options: dict[str, int]
) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f"cd /disk; {script}"]
    return box.run(command, binds={disk: "/disk"}, check=False, **options)


def names(disk: Path) -> set[str]:
    return {path.name for path in disk.iterdir()}


@pytest.mark.parametrize(
    ("program", "prefix"),
    [("sh", "env"), ("bash", "a place/with spaces"), ("bash --posix", "/disk/abs/")],
)
def test_the_environment_runs_where_it_was_put(
    bare: Sandbox, disk: Path, program: str, prefix: str
) -> None:
    done = shell(bare, f"{program} env.sh '{prefix}'", disk)
    assert (done.returncode, done.stderr) == (0, "")
    place = done.stdout.strip()
    assert place == "/disk/" + prefix.removeprefix("/disk/").rstrip("/")
    python = [f"{place}/bin/python", "-c", IMPORT_EVERYTHING]
    assert f"imported by {place}" in bare.run(python, binds={disk: "/disk"}).stdout
    assert not any(name.endswith(".partial") for name in names(disk))


def test_it_is_relocated_and_true_to_its_records(bare: Sandbox, disk: Path) -> None:
    shell(bare, "sh env.sh env", disk)
    assert (disk / "env/.caddis/prefix").read_text() == "/disk/env\n"
    assert main(["verify", str(disk / "env")]) == 0


def test_an_empty_folder_is_a_place(bare: Sandbox, disk: Path) -> None:
    done = shell(bare, "mkdir empty && cd empty && sh ../env.sh .", disk)
    assert (done.returncode, done.stdout) == (0, "/disk/empty\n")
    assert (disk / "empty/bin/python").exists()


@pytest.mark.parametrize("there", ["mkdir env && touch env/mine", "touch env"])
def test_what_is_there_is_left_alone(bare: Sandbox, disk: Path, there: str) -> None:
    done = shell(bare, f"{there} && sh env.sh env", disk)
    assert done.returncode == 7
    assert "choose another prefix" in done.stderr
    assert names(disk) == {"env.sh", "env"}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_damaged_file_is_refused(bare: Sandbox, disk: Path) -> None:
    flip(disk / "env.sh", -20_000_000)
    done = shell(bare, "sh env.sh env", disk)
    assert done.returncode == 8
    assert "checksum is wrong" in done.stderr
    assert names(disk) == {"env.sh"}
    assert shell(bare, "sh env.sh --check", disk).returncode == 8


def test_a_file_that_was_cut_off_is_refused(bare: Sandbox, disk: Path) -> None:
    whole = (disk / "env.sh").read_bytes()
    (disk / "env.sh").write_bytes(whole[:-100])
    done = shell(bare, "sh env.sh env", disk)
    assert done.returncode == 8
    assert "copy it again" in done.stderr
    assert names(disk) == {"env.sh"}


NO_CHECKSUMS = "mkdir /tmp/b && ln -s /usr/bin/* /tmp/b && rm /tmp/b/sha256sum && "


def test_without_a_checksum_program_its_own_python_checks(
    bare: Sandbox, disk: Path
) -> None:
    script = f"{NO_CHECKSUMS} PATH=/tmp/b sh env.sh "
    assert shell(bare, f"{script} good", disk).returncode == 0
    # The operating system in a gzip header: tar does not mind.
    flip(disk / "env.sh", open_any_archive(disk / "env.sh").start + 9)
    done = shell(bare, f"{script} bad", disk)
    assert (done.returncode, "is damaged" in done.stderr) == (8, True)
    assert names(disk) == {"env.sh", "good"}


@pytest.mark.parametrize("words", ["env", "--check"])
def test_without_a_checksum_program_damage_is_still_told_as_damage(
    bare: Sandbox, disk: Path, words: str
) -> None:
    # tar noticed it half-way, and that looked like a disk that cannot be written to.
    flip(disk / "env.sh", -20_000_000)
    done = shell(bare, f"{NO_CHECKSUMS} PATH=/tmp/b sh env.sh {words}", disk)
    assert (done.returncode, "is damaged; copy it again" in done.stderr) == (8, True)
    assert names(disk) == {"env.sh"}


def test_a_disk_that_is_too_small_is_told_before(bare: Sandbox, disk: Path) -> None:
    script = "sh env.sh /small/env; code=$?; ls -A /small; exit $code"
    done = shell(bare, script, disk, disks={"/small": 16 * 2**20})
    assert done.returncode == 10
    assert "16 MiB are free at /small" in done.stderr
    assert done.stdout == ""


def test_a_disk_that_fills_up_on_the_way_leaves_nothing(
    bare: Sandbox, disk: Path
) -> None:
    # A df that promises too much stands for somebody else who writes meanwhile.
    lie = "printf '#!/bin/sh\\necho / 9 9 999999999 9 /\\n' >/tmp/df; chmod +x /tmp/df;"
    script = "PATH=/tmp:$PATH sh env.sh /small/env; code=$?; ls -A /small; exit $code"
    done = shell(bare, lie + script, disk, disks={"/small": 16 * 2**20})
    assert done.returncode == 10
    assert "No space left on device" in done.stderr
    assert "nothing was left in /small" in done.stderr
    assert done.stdout == ""


def test_a_prefix_too_long_for_binaries_is_refused(bare: Sandbox, disk: Path) -> None:
    long = "/".join(["x" * 60] * 5)
    done = shell(bare, f"sh env.sh {long}", disk)
    assert done.returncode == 8
    assert "lib/native.bin has room for 255" in done.stderr
    assert not list(disk.rglob("*.partial"))


def test_of_two_at_once_one_wins_and_the_other_says_so(
    bare: Sandbox, disk: Path
) -> None:
    script = (
        "(sh env.sh env; echo $? >first) & (sh env.sh env; echo $? >second) & wait;"
        "sort first second"
    )
    done = shell(bare, script, disk)
    assert done.stdout.split()[-2:] == ["0", "7"]
    assert "appeared" in done.stderr
    assert names(disk) == {"env.sh", "env", "first", "second"}
    assert main(["verify", str(disk / "env")]) == 0


WAIT_FOR_FILES = (
    "for time in $(seq 2000); do"
    " ls -d .env.*.partial/lib >/dev/null 2>&1 && break; sleep 0.01; done;"
)


@pytest.mark.parametrize("signal", ["TERM", "INT", "HUP"])
def test_stopped_half_way_it_leaves_nothing(
    bare: Sandbox, disk: Path, signal: str
) -> None:
    # A shell in the background ignores INT, so `env` puts its handling back.
    start = f"env --default-signal={signal} sh env.sh env & job=$!;"
    done = shell(bare, f"{start}{WAIT_FOR_FILES} kill -{signal} $job; wait $job", disk)
    assert done.returncode > 128
    assert names(disk) == {"env.sh"}


def test_what_a_killed_run_left_the_next_one_removes(bare: Sandbox, disk: Path) -> None:
    start = "sh env.sh env & job=$!;"
    shell(bare, f"{start}{WAIT_FOR_FILES} kill -9 $job; wait $job", disk)
    assert "env" not in names(disk)
    assert any(name.endswith(".partial") for name in names(disk))
    # In a machine of its own the number of the dead may be that of a living one.
    done = shell(bare, "sleep 0.1; sleep 0.1; sleep 0.1; sh env.sh env", disk)
    assert done.returncode == 0
    assert names(disk) == {"env.sh", "env"}


def test_it_tells_what_it_is(bare: Sandbox, disk: Path) -> None:
    told = shell(bare, "sh env.sh --help", disk)
    assert (told.returncode, "usage: sh env.sh PREFIX" in told.stdout) == (0, True)
    assert shell(bare, "sh env.sh --check", disk).stdout == "env.sh is whole\n"
    assert (
        f"bin/python3.{sys.version_info.minor}\n"
        in shell(bare, "sh env.sh --list", disk).stdout
    )
    for wrong in ("", "--unknown", "two words"):
        assert shell(bare, f"sh env.sh {wrong}", disk).returncode == 2


def test_caddis_reads_it_like_any_archive(made: Path, tmp_path: Path) -> None:
    assert verify_archive(open_any_archive(made)) == ()
    prefix = tmp_path / "env"
    assert main(["unpack", str(made), "-p", str(prefix)]) == 0
    assert main(["verify", str(prefix)]) == 0


def test_after_each_move_every_file_is_as_its_package_says(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prefix = tmp_path / "first"
    assert main(["unpack", str(made), "-p", str(prefix), "-q"]) == 0
    for name in ("second place", "third"):
        prefix = prefix.rename(tmp_path / name)
        subprocess.run([prefix / "bin" / "caddis-unpack"], check=True)
        assert main(["verify", str(prefix)]) == 0
    next(prefix.glob("lib/python3*/site-packages/yaml/loader.py")).write_text("")
    capsys.readouterr()
    assert main(["verify", str(prefix)]) == 1
    assert "yaml/loader.py of pyyaml is edited" in capsys.readouterr().err


def test_without_a_way_to_tell_the_glibc_there_is_a_way_on(
    bare: Sandbox, disk: Path
) -> None:
    out = disk / "new.sh"
    pack_small(out, Gzip(), stack=with_glibc("9.99"), wrap=write_self_extracting)
    told = shell(bare, "sh new.sh env", disk)
    assert (told.returncode, "--anyway" in told.stderr) == (10, True)
    # This one has no Python of its own, so it comes further but not to the end.
    further = shell(bare, "sh new.sh --anyway env", disk)
    assert "glibc" not in further.stderr
    assert names(disk) == {"env.sh", "new.sh", "cache"}


def test_an_application_runs_its_own_code_from_anywhere(
    bare: Sandbox, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "hello"
    folder.mkdir()
    (folder / "__init__.py").write_text("import numpy\n")
    (folder / "__main__.py").write_text(
        "import os, sys, hello\n"
        "print(hello.numpy.arange(3).sum(), sys.argv[1:], os.getcwd())\n"
    )
    words = ["pack", "-p", str(made.parent / "env"), "-o", str(tmp_path / "app.sh")]
    words += ["--with-code", str(folder), "--entry", "python -m hello", "-q"]
    assert main(words) == 0
    opened = open_any_archive(tmp_path / "app.sh")
    assert opened.manifest.command == ("bin/hello",)
    script = (
        "sh app.sh first && mv first second && cd / && /disk/second/bin/hello 'a b'"
    )
    done = shell(bare, script, tmp_path)
    assert done.stdout == "/disk/first\n3 ['a b'] /\n"


def test_archives_made_before_are_no_code(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tool"
    folder.mkdir()
    (folder / "tool.py").write_text("print('hello')\n")
    (folder / "data.zip").write_bytes(b"PK\3\4 of the project's own")
    for name in ("one.tar.gz", "one.squashfs", "two.zip"):
        words = ["pack", "-p", str(made.parent / "env"), "-o", str(folder / name)]
        assert main([*words, "--with-code", str(folder), "-q"]) == 0
    prefix = tmp_path / "env"
    assert main(["unpack", str(folder / "two.zip"), "-p", str(prefix), "-q"]) == 0
    assert {path.name for path in (prefix / "app").iterdir()} == {"data.zip", "tool.py"}


def test_another_machine_is_told_apart(bare: Sandbox, tmp_path: Path) -> None:
    for name, stack in (
        ("arm", replace(small_stack(), platform="linux-aarch64")),
        ("mac", replace(small_stack(), platform="osx-64")),
        ("new", with_glibc("9.99")),
        ("old", with_glibc("2.5")),
    ):
        out = tmp_path / f"{name}.sh"
        pack_small(out, Gzip(), stack=stack, wrap=write_self_extracting)
    said = {
        name: shell(bare, f"sh {name}.sh env", tmp_path).stderr
        for name in ("arm", "mac", "new", "old")
    }
    assert "this is for Linux on aarch64" in said["arm"]
    assert "this is for Darwin on x86_64" in said["mac"]
    assert "this needs glibc 9.99; here is 2." in said["new"]
    assert "glibc" not in said["old"]


def with_glibc(version: str) -> object:
    stack = small_stack()
    layers = (replace(stack.layers[0], needs={"glibc": version}), *stack.layers[1:])
    return replace(stack, layers=layers)


def test_windows_and_an_environment_without_python_are_refused(tmp_path: Path) -> None:
    for change in ({"platform": "win-64"}, {"python": ""}):
        stack = replace(small_stack(), **change)
        with pytest.raises(UsageError):
            pack_small(
                tmp_path / "e.sh", Gzip(), stack=stack, wrap=write_self_extracting
            )
    assert not (tmp_path / "e.sh").exists()


@pytest.mark.parametrize("place", [0, 100, 3000, -1])
def test_damage_to_the_script_is_found_as_well(tmp_path: Path, place: int) -> None:
    out = tmp_path / "env.sh"
    pack_small(out, Gzip(), wrap=write_self_extracting)
    start = open_any_archive(out).start
    data = bytearray(out.read_bytes())
    data[place % start] ^= 1
    out.write_bytes(data)
    assert main(["verify", str(out)]) == 8
