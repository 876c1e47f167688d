"""A lock packs without being installed, to the same bytes as if it had been."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import members, unpack
from tests.support.channel import (
    File,
    Package,
    install_prefix,
    text_file,
    tiny_channel,
    write_package,
)
from tests.support.channel.tiny import ODD_NAME, greet
from tests.support.index import Dist, write_index
from tests.support.projects import write_file
from tests.support.running import run
from tests.support.server import serve

pytestmark = pytest.mark.integration


def pack_lock(lock: Path, out: Path, *options: str) -> Path:
    assert main(["pack", "-q", "--lock", str(lock), "-o", str(out), *options]) == 0
    return out


# Whole archives


@pytest.mark.network
def test_a_lock_and_its_installation_pack_to_the_same_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = write_file(tmp_path / "project", "requirements.in", "numpy\nfonttools\n")
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    one = pack_lock(here / "caddis.lock", tmp_path / "one.tar.zst")
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "another cache"))
    two = tmp_path / "two.tar.zst"
    assert main(["pack", "-q", "-p", str(tmp_path / "env"), "-o", str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()
    moved = unpack(one, tmp_path / "moved")
    code = "import numpy, fontTools; print(numpy.arange(3).sum())"
    assert run(moved / "bin/python", "-c", code) == "3\n"
    assert run(moved / "bin/ttx", "--version").startswith("4.")


@pytest.mark.parametrize(
    ("options", "there"),
    [
        ([], {"always"}),
        (["--group", "dev"], {"always", "checker"}),
        (["--only", "dev"], {"checker"}),
    ],
)
def test_of_a_lock_and_of_a_project_the_same_groups_are_packed(
    tmp_path: Path, options: list[str], there: set[str]
) -> None:
    index = write_index([Dist(name="always"), Dist(name="checker")], tmp_path / "index")
    here = write_file(
        tmp_path / "project",
        "pyproject.toml",
        '[project]\nname = "app"\ndependencies = ["always"]\n'
        '[dependency-groups]\ndev = ["checker"]\n',
    )
    two = tmp_path / "two.tar.zst"
    words = ["-o", str(two), "-i", index.as_uri(), *options]
    assert main(["pack", "-q", str(here), *words]) == 0
    one = pack_lock(here / "caddis.lock", tmp_path / "one.tar.zst", *options)
    assert one.read_bytes() == two.read_bytes()
    names = {Path(member.name).parent.name for member in members(one)}
    assert names & {"always", "checker"} == there


@pytest.mark.network
def test_a_project_in_git_is_packed_from_the_lock(tmp_path: Path) -> None:
    repository = write_file(
        tmp_path / "repository" / "python",
        "pyproject.toml",
        '[build-system]\nrequires = ["hatchling"]\n'
        'build-backend = "hatchling.build"\n'
        '[project]\nname = "mine"\nversion = "1.0"\n',
    ).parent
    write_file(repository / "python" / "mine", "__init__.py", "answer = 42\n")
    commit = committed(repository)
    write_file(repository / "python" / "mine", "__init__.py", "answer = 43\n")
    committed(repository)
    source = f"git+{repository.as_uri()}@{commit}#subdirectory=python"
    here = write_file(tmp_path / "project", "requirements.in", f"mine @ {source}\n")
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    one = pack_lock(here / "caddis.lock", tmp_path / "one.tar.zst")
    two = tmp_path / "two.tar.zst"
    assert main(["pack", "-q", "-p", str(tmp_path / "env"), "-o", str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()
    moved = unpack(one, tmp_path / "moved")
    assert run(moved / "bin/python", "-c", "import mine; print(mine.answer)") == "42\n"


def committed(repository: Path) -> str:
    """Commit all of *repository* and give the commit's name."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(repository)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "more"]):
        subprocess.run([*git, *words], check=True)
    return subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()


def test_a_conda_lock_and_its_installation_pack_to_the_same_archive(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # conda's history has the day on which it was installed, and who did it.
    specs = ["greet", "prefixed", "activated", "linked", "data-only", ODD_NAME]
    here = declared(tmp_path / "project", tiny, specs)
    with (here / "environment.yml").open("a") as declaration:
        declaration.write("variables:\n  MODE: fast\n  ÜBER: ja\n")
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    one = pack_lock(here / "caddis.lock", tmp_path / "one.tar.zst")
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "another cache"))
    two = tmp_path / "two.tar.zst"
    assert main(["pack", "-q", "-p", str(tmp_path / "env"), "-o", str(two)]) == 0
    assert one.read_bytes() == two.read_bytes()


def test_a_conda_lock_unpacks_to_an_environment_that_works(
    tiny: str, tmp_path: Path
) -> None:
    specs = ["greet", "prefixed", "activated", "linked", "data-only", ODD_NAME]
    here = declared(tmp_path / "project", tiny, specs)
    assert main(["lock", "-q", str(here)]) == 0
    archive = pack_lock(here / "caddis.lock", tmp_path / "env.tar.gz")
    moved = unpack(archive, tmp_path / "moved")
    assert run(moved / "bin/greet") == "hello from greet 2.0\n"
    text = (moved / "share/prefixed/config.txt").read_text()
    assert text == f"home={moved}\nlib={moved}/lib\n"
    # Engines find what they need: another package can be added.
    install_prefix(tiny, [*specs, "right"], moved, cache=tmp_path / "pkgs")
    assert (moved / "share/base").read_text() == "2\n"
    assert run(moved / "bin/greet") == "hello from greet 2.0\n"


@pytest.mark.network
def test_bytecode_is_the_same_too(tmp_path: Path) -> None:
    here = write_file(tmp_path / "project", "requirements.in", "pygments\n")
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    one = pack_lock(here / "caddis.lock", tmp_path / "one.tar.zst", "--pyc")
    two = tmp_path / "two.tar.zst"
    words = ["pack", "-q", "--pyc", "-p", str(tmp_path / "env"), "-o", str(two)]
    assert main(words) == 0
    assert one.read_bytes() == two.read_bytes()
    assert any(member.name.endswith(".pyc") for member in members(one))


# Other platforms


@pytest.fixture
def worlds(tmp_path: Path) -> Path:
    """A project for macOS and Windows, with packages of both kinds."""
    channel = tmp_path / "channel"
    for package in (*foreign_packages(), greet("2.0")):
        write_package(package, channel)
    tiny_channel(channel)
    dists = (
        Dist(name="pure", commands=("pure = pure:main",)),
        Dist(name="native", tag="cp311-cp311-macosx_11_0_arm64"),
        Dist(name="native", tag="cp311-cp311-win_amd64"),
    )
    write_index(dists, tmp_path / "index")
    url = channel.as_uri()
    return declared(tmp_path / "project", url, ["python", "greet"], ["pure", "native"])


def foreign_packages() -> tuple[Package, ...]:
    return (
        Package(
            name="python",
            version="3.11.9",
            platform="osx-arm64",
            files={
                "bin/python3.11": File(content=b"\xcf\xfa\xed\xfe", mode=0o755),
                "lib/config.txt": text_file("{prefix}\n"),
            },
        ),
        Package(
            name="python",
            version="3.11.9",
            platform="win-64",
            files={"python.exe": File(content=b"MZ", mode=0o755)},
        ),
    )


def declared(
    folder: Path, channel: str, specs: Sequence[str], pip: Sequence[str] = ()
) -> Path:
    lines = ["channels:", f"  - {channel}", "dependencies:"]
    lines += [f"  - {spec}" for spec in specs]
    lines += ["  - pip:", *(f"    - {name}" for name in pip)] if pip else []
    return write_file(folder, "environment.yml", "\n".join((*lines, "")))


def packed_for(platform: str, worlds: Path, tmp_path: Path) -> set[str]:
    with serve(tmp_path / "index") as url:
        index = ["-i", f"{url}/simple"]
        words = ["lock", "-q", str(worlds), *index, "--python", "3.11"]
        assert main([*words, "--platform", platform]) == 0
        lock = worlds / "caddis.lock"
        out = tmp_path / "env.tar.zst"
        pack_lock(lock, out, "--platform", platform, *index)
    return {member.name for member in members(out)}


def test_an_environment_for_a_mac_is_packed_here(worlds: Path, tmp_path: Path) -> None:
    names = packed_for("osx-arm64", worlds, tmp_path)
    assert names >= {
        "bin/python3.11",
        "bin/greet",
        "bin/pure",
        "lib/python3.11/site-packages/greet/__init__.py",
        "lib/python3.11/site-packages/native/__init__.py",
        "conda-meta/python-3.11.9-0.json",
        "conda-meta/history",
    }


def test_an_environment_for_windows_is_packed_here(
    worlds: Path, tmp_path: Path
) -> None:
    names = packed_for("win-64", worlds, tmp_path)
    assert names >= {
        "python.exe",
        "Scripts/greet.exe",
        "Scripts/pure.exe",
        "Lib/site-packages/greet/__init__.py",
        "Lib/site-packages/native/__init__.py",
    }
    subprocess.run(
        ["tar", "-xf", tmp_path / "env.tar.zst", "-C", tmp_path, "Scripts/greet.exe"],
        check=True,
    )
    program = (tmp_path / "Scripts/greet.exe").read_bytes()
    assert program.startswith(b"MZ")
    assert b"#!<launcher_dir>\\..\\python.exe\r\n" in program


def test_a_platform_without_a_python_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_index([Dist(name="pure")], tmp_path / "index")
    here = write_file(tmp_path / "project", "requirements.in", "pure\n")
    with serve(tmp_path / "index") as url:
        words = ["lock", "-q", str(here), "-i", f"{url}/simple", "--python", "3.11"]
        assert main([*words, "--platform", "win-64"]) == 0
    lock, out = str(here / "caddis.lock"), str(tmp_path / "env.tar.zst")
    words = ["pack", "--lock", lock, "-o", out, "--platform", "win-64"]
    assert main(words) == 3
    said = capsys.readouterr().err
    assert "Nothing in the lock brings a Python for win-64" in said
    assert "conda channel" in said


def test_a_file_that_is_not_the_locked_one_stops_it(
    tiny: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # pixi-pack never checks hashes of file:// inputs.
    here = declared(tmp_path / "project", tiny, ["greet"])
    assert main(["lock", "-q", str(here)]) == 0
    lock = here / "caddis.lock"
    data = json.loads(lock.read_text())
    for package in data["platforms"][0]["packages"]:
        if package["name"] == "greet":
            package["files"][0]["sha256"] = "0" * 64
    lock.write_text(json.dumps(data))
    out = tmp_path / "env.tar.zst"
    assert main(["pack", "--lock", str(lock), "-o", str(out)]) == 6
    assert "greet-2.0-pyhd_0.conda" in capsys.readouterr().err
    assert not out.exists()
