"""Deltas between real environments, by the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import pack, unpack
from tests.support.channel import install_prefix
from tests.support.stacks import tree

pytestmark = pytest.mark.integration

SPECS = ("python", "prefixed", "activated", "linked", "_odd.name-x_y", "data-only")
UV = str(Path(sys.executable).with_name("uv"))
MIB = 2**20


def write_delta(old: Path, new: Path, out: Path) -> Path:
    assert main(["delta", str(old), str(new), "-o", str(out)]) == 0
    return out


def unpack_onto(delta: Path, prefix: Path, *onto: str) -> Path:
    assert main(["unpack", str(delta), "-p", str(prefix), *onto]) == 0
    return prefix


def unpacked_fresh(archive: Path, prefix: Path) -> dict[str, str]:
    """Tell what a fresh unpack to *prefix* gives, and clear the place."""
    found = tree(unpack(archive, prefix))
    prefix.rename(prefix.with_name(f"{prefix.name} fresh"))
    return found


@pytest.fixture
def two_archives(tiny: str, tmp_path: Path) -> tuple[Path, Path]:
    """Two conda environments that differ in a package, an edit and a new file."""
    cache = tmp_path / "pkgs"
    one = install_prefix(tiny, (*SPECS, "greet ==1.0"), tmp_path / "1", cache=cache)
    two = install_prefix(tiny, (*SPECS, "greet ==2.0"), tmp_path / "2", cache=cache)
    table = two / "share/data-only/table.csv"
    table.unlink()  # It is a hard link into a cache.
    table.write_text("a,b\n3,4\n")
    (two / "etc").mkdir(exist_ok=True)
    (two / "etc/mine.ini").write_text(f"data={two}/share\n")
    return pack(one, tmp_path / "1.tar.zst"), pack(two, tmp_path / "2.tar.gz")


@pytest.mark.parametrize("option", ["--onto", "--onto-archive"])
def test_a_relocated_conda_environment_gives_its_files_back(
    two_archives: tuple[Path, Path], tmp_path: Path, option: str
) -> None:
    # The tiny channel has the prefix in texts, a script, a binary and in records.
    old, new = two_archives
    delta = write_delta(old, new, tmp_path / "change.delta")
    prefix = tmp_path / "env"
    expected = unpacked_fresh(new, prefix)
    there = unpack(old, tmp_path / "there").rename(tmp_path / "moved")
    subprocess.run([there / "bin/caddis-unpack"], check=True)
    before = tree(there)
    onto = {"--onto": there, "--onto-archive": old}[option]
    unpack_onto(delta, prefix, option, str(onto))
    assert tree(prefix) == expected
    assert tree(there) == before
    said = subprocess.run([prefix / "bin/greet"], capture_output=True, text=True)
    assert said.stdout == "hello from greet 2.0\n"


def test_a_moved_environment_that_was_not_relocated_yet_will_do(
    two_archives: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = two_archives
    delta = write_delta(old, new, tmp_path / "change.delta")
    prefix = tmp_path / "env"
    expected = unpacked_fresh(new, prefix)
    there = unpack(old, tmp_path / "there").rename(tmp_path / "moved")
    assert tree(unpack_onto(delta, prefix, "--onto", str(there))) == expected


@pytest.mark.parametrize("packed_for", ["old", "new", "old new"])
def test_archives_that_were_packed_for_one_prefix_have_deltas_too(
    tiny: str, tmp_path: Path, packed_for: str
) -> None:
    # Their frames hold that prefix in texts, a binary and conda's records, and the
    # environment has moved on since.
    cache, archives = tmp_path / "pkgs", []
    for name, wanted in (("old", "greet ==1.0"), ("new", "greet ==2.0")):
        env = install_prefix(tiny, (*SPECS, wanted), tmp_path / name, cache=cache)
        known = ["--dest-prefix", "/opt/known"] if name in packed_for else []
        archives.append(pack(env, tmp_path / f"{name}.tar.zst", *known))
    old, new = archives
    prefix = tmp_path / "env"
    expected = unpacked_fresh(new, prefix)
    there = tmp_path / "there"
    there.mkdir()
    subprocess.run(["tar", "-xf", old, "-C", there], check=True)
    subprocess.run([there / "bin/caddis-unpack"], check=True)
    moved = there.rename(tmp_path / "moved")
    delta = write_delta(old, new, tmp_path / "change.delta")
    assert tree(unpack_onto(delta, prefix, "--onto", str(moved))) == expected
    prefix.rename(tmp_path / "first")
    assert tree(unpack_onto(delta, prefix, "--onto-archive", str(old))) == expected


def test_a_pip_install_into_the_old_environment_does_not_matter(
    two_archives: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = two_archives
    delta = write_delta(old, new, tmp_path / "change.delta")
    there = unpack(old, tmp_path / "there")
    (there / "lib/another.py").write_text("x = 1\n")
    made = unpack_onto(delta, tmp_path / "env", "--onto", str(there))
    assert not (made / "lib/another.py").exists()


def test_a_delta_without_its_old_environment_says_what_it_needs(
    two_archives: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    delta = write_delta(*two_archives, tmp_path / "change.delta")
    assert main(["unpack", str(delta), "-p", str(tmp_path / "env")]) == 8
    assert "--onto" in capsys.readouterr().err


@pytest.mark.network
@pytest.mark.skipif(sys.version_info < (3, 11), reason="pandas 3 wants Python 3.11")
def test_an_upgrade_of_pandas_is_a_tenth_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archives = []
    for version in ("3.1.1", "3.0.2"):
        venv = tmp_path / version
        subprocess.run([UV, "venv", "-q", f"-p{sys.executable}", venv], check=True)
        install = [UV, "pip", "install", "-q", f"-p{venv}/bin/python"]
        wanted = [f"pandas=={version}", "numpy==2.4.6", "python-dateutil", "tzdata"]
        subprocess.run([*install, *wanted], check=True)
        archives.append(pack(venv, tmp_path / f"{version}.tar.zst"))
    old, new = archives
    capsys.readouterr()
    delta = tmp_path / "change.delta"
    assert main(["delta", str(old), str(new), "-o", str(delta), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["changed"] == ["pandas"]
    assert answer["size"] == delta.stat().st_size < 12 * MIB
    prefix = tmp_path / "env"
    expected = unpacked_fresh(new, prefix)
    there = unpack(old, tmp_path / "there")
    code = "import pandas; print(pandas.DataFrame({'a': [1]}).a.sum())"
    subprocess.run([there / "bin/python", "-c", code], check=True)  # Makes bytecode.
    unpack_onto(delta, prefix, "--onto", str(there))
    assert tree(prefix) == expected
    said = subprocess.run(
        [prefix / "bin/python", "-c", code], capture_output=True, text=True, check=True
    )
    assert said.stdout == "1\n"
