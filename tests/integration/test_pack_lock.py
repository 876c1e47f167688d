"""A lock packs without being installed, to the same bytes as if it had been."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from caddis.adapters.codecs import codec_for_name
from caddis.adapters.elf import ElfTools
from caddis.adapters.git_checkout import GitCheckouts
from caddis.adapters.interpreters import LocalInterpreters
from caddis.adapters.launchers import DistlibLaunchers
from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.adapters.rattler import Rattler
from caddis.adapters.uv import Uv
from caddis.cli import main
from caddis.host import this_host
from caddis.model.layers import Frame, Layer, LayerKind, without_doubles
from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.lock_file import read_lock
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Silent
from caddis.stages.assemble import Assembled, Supplies, assemble
from caddis.stages.pack.frames import make_frame
from caddis.stages.record import Tools, record
from tests.support.carrying import members, unpack
from tests.support.channel import (
    SMALL,
    File,
    Package,
    index_channel,
    install_prefix,
    text_file,
    tiny_channel,
    write_package,
)
from tests.support.channel.tiny import ODD_NAME, greet, prefixed, stand_in_python
from tests.support.index import Dist, write_index
from tests.support.server import serve

pytestmark = pytest.mark.integration

MACHINE = ("__archspec=1=x86_64", "__glibc=2.28=0", "__linux=4.18=0", "__unix=0=0")

WHEELS = (
    "numpy",  # a folder of shared libraries beside the package, headers, a command
    "pandas",
    "pillow",
    "fonttools",  # commands, and a manual page in .data/data
    "greenlet",  # .data/headers
    "jmespath==1.0.1",  # a Python script in .data/scripts
    "ruff",  # a program in .data/scripts
    "pip",  # a command with the version of Python, which its metadata does not name
)


def frames(layers: Iterable[Layer], folder: Path) -> dict[str, Frame]:
    """Make the frame of each layer, by name; nothing comes from a cache."""
    codec, elf = codec_for_name("x.tar.zst"), ElfTools()
    out = folder / "frame"
    return {
        layer.name: make_frame(layer, out, codec=codec, elf=elf)
        for layer in without_doubles(list(layers))
        if layer.entries
    }


def recorded(prefix: Path, *kinds: LayerKind) -> list[Layer]:
    tools = Tools(interpreters=LocalInterpreters(), elf=ElfTools(), host=this_host())
    return [
        layer for layer in record(prefix, tools=tools).layers if layer.kind in kinds
    ]


def assembled(lock: Lock, tmp_path: Path) -> Assembled:
    supplies = Supplies(
        packages=DiskPackageStore(tmp_path / "packages", fetcher=Fetcher()),
        launchers=DistlibLaunchers(),
        builder=Uv(),
        checkouts=GitCheckouts({}),
        here=this_host(),
    )
    return assemble(
        lock,
        host=this_host(),
        folder=tmp_path,
        supplies=supplies,
        reporter=Silent(),
    )


def solved(channel: str, specs: Sequence[str], cache: Path) -> Lock:
    query = CondaQuery(
        specs=tuple(specs),
        channels=(channel,),
        platform=this_host().platform,
        virtual_packages=MACHINE,
    )
    return lock_of(Rattler(cache=cache).solve(query))


def lock_of(packages: Sequence[LockedPackage]) -> Lock:
    part = PlatformLock(
        platform=this_host().platform, python="3.11", packages=tuple(packages)
    )
    return Lock(platforms=(part,))


def project(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


def pack_lock(lock: Path, out: Path, *options: str) -> Path:
    assert main(["pack", "-q", "--lock", str(lock), "-o", str(out), *options]) == 0
    return out


# The same frames, package by package


@pytest.mark.network
def test_wheels_give_the_frames_of_their_installation(tmp_path: Path) -> None:
    here = project(tmp_path / "project", "requirements.in", "\n".join(WHEELS))
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    made = assembled(read_lock(here / "caddis.lock"), tmp_path)
    expected = frames(recorded(tmp_path / "env", LayerKind.PYPI), tmp_path)
    assert frames(made.pypi, tmp_path) == expected
    assert len(expected) >= len(WHEELS)


@pytest.mark.parametrize("by", ["rattler", "caddis"])
def test_real_conda_packages_give_the_frames_of_their_installation(
    by: str, small_channel: str, tmp_path: Path
) -> None:
    specs = ["python", *SMALL]
    lock = solved(small_channel, specs, tmp_path / "pkgs")
    if by == "rattler":
        prefix = install_prefix(small_channel, specs, tmp_path / "a", cache=tmp_path)
    else:
        prefix = tmp_path / "quite another place"
        packages = lock.platforms[0].packages
        Rattler(cache=tmp_path).install(
            prefix,
            packages,
            requested=specs,
            arriving=[package.name for package in packages],
            reporter=Silent(),
        )
    expected = frames(recorded(prefix, LayerKind.CONDA), tmp_path)
    assert frames(assembled(lock, tmp_path).conda, tmp_path) == expected
    assert expected.keys() == {package.name for package in lock.platforms[0].packages}


@pytest.mark.parametrize("length", [10, 150])
@pytest.mark.parametrize("ending", [".conda", ".tar.bz2"])
def test_odd_conda_packages_give_the_frames_of_their_installation(
    ending: str, length: int, tmp_path: Path
) -> None:
    # A shebang of more than 127 bytes is replaced by another by the installer.
    packages = (*odd_packages(), stand_in_python(), greet("2.0"), prefixed())
    for package in packages:
        write_package(package, tmp_path / "channel", ending=ending)
    channel = index_channel(tmp_path / "channel")
    specs = [package.name for package in packages]
    prefix = tmp_path / ("p" * length)
    install_prefix(channel, specs, prefix, cache=tmp_path / "pkgs")
    made = assembled(solved(channel, specs, tmp_path / "pkgs"), tmp_path)
    expected = frames(recorded(prefix, LayerKind.CONDA), tmp_path)
    assert frames(made.conda, tmp_path) == expected


def odd_packages() -> tuple[Package, ...]:
    """Describe packages that test the canonical form."""
    talks = '#!{prefix}/bin/python\nprint("{prefix}/share")\n'
    two = "home={prefix} again={prefix}\n"
    outside = "#!{prefix}/bin/python3 -E\nprint(1)\n"
    return (
        Package(
            name="talks",
            files={
                "bin/talks": text_file(talks, executable=True),
                "bin/shell": text_file("#!/bin/sh\necho {prefix}\n", executable=True),
                "etc/two": text_file(two),
                "bin/perl-script": text_file(
                    "#!{prefix}/bin/perl -w\n", executable=True
                ),
                "lib/config/outside.py": text_file(outside, executable=True),
                "share/latin": File(content=b"caf\xe9\n"),
            },
        ),
        Package(
            name="scripts",
            noarch="python",
            depends=("python",),
            entry_points=("dotted = scripts.inner:Thing.run",),
            files={
                "site-packages/scripts/__init__.py": text_file(""),
                "python-scripts/hand-made": text_file(
                    "#!{prefix}/bin/python\nprint(1)\n", executable=True
                ),
            },
        ),
    )


def test_the_package_wins_a_path_that_wins_it_when_installed(tmp_path: Path) -> None:
    # rattler puts the others' files aside, in a folder that nobody wants in an archive.
    needs = {
        "ape": ("bee",), "bee": (), "cat": ("ape", "dog"), "dog": (), "elk": (),
        "fox": ("elk",), "gnu": ("fox", "bee"), "hen": (),
    }  # fmt: skip
    for number, (name, depends) in enumerate(needs.items()):
        paths = (f"share/{number % 3}", f"share/{number % 2 + 3}", "bin/same")
        script = f"#!{{prefix}}/bin/python\nprint('{name}')\n"
        files = {path: text_file(script, executable=True) for path in paths}
        package = Package(name=name, depends=depends, files=files)
        write_package(package, tmp_path / "channel")
    channel, cache = index_channel(tmp_path / "channel"), tmp_path / "pkgs"
    prefix = install_prefix(channel, list(needs), tmp_path / "env", cache=cache)
    made = assembled(solved(channel, list(needs), cache), tmp_path)
    both = recorded(prefix, LayerKind.CONDA, LayerKind.OVERLAY)
    expected = frames(both, tmp_path)
    assert frames(made.conda, tmp_path).items() <= expected.items()
    owners = {e.path: layer.name for layer in made.conda for e in layer.entries}
    for path in ("share/0", "share/1", "share/2", "share/3", "share/4", "bin/same"):
        assert f"'{owners[path]}'" in (prefix / path).read_text()
    assert not any("clobber" in e.path for layer in both for e in layer.entries)


# Whole archives


@pytest.mark.network
def test_a_lock_and_its_installation_pack_to_the_same_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(tmp_path / "project", "requirements.in", "numpy\nfonttools\n")
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


@pytest.mark.network
def test_a_project_in_git_is_packed_from_the_lock(tmp_path: Path) -> None:
    repository = project(
        tmp_path / "repository" / "python",
        "pyproject.toml",
        '[build-system]\nrequires = ["hatchling"]\n'
        'build-backend = "hatchling.build"\n'
        '[project]\nname = "mine"\nversion = "1.0"\n',
    ).parent
    project(repository / "python" / "mine", "__init__.py", "answer = 42\n")
    commit = committed(repository)
    project(repository / "python" / "mine", "__init__.py", "answer = 43\n")
    committed(repository)
    source = f"git+{repository.as_uri()}@{commit}#subdirectory=python"
    here = project(tmp_path / "project", "requirements.in", f"mine @ {source}\n")
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
    here = project(tmp_path / "project", "requirements.in", "pygments\n")
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
    return project(folder, "environment.yml", "\n".join((*lines, "")))


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
    here = project(tmp_path / "project", "requirements.in", "pure\n")
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


# Editable installs


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A venv with a project in editable mode, found by a finder with its path."""
    code = "def main():\n    print('mine', __file__)\n"
    project(tmp_path / "work" / "mine", "__init__.py", code)
    project(
        tmp_path / "work",
        "pyproject.toml",
        '[build-system]\nrequires = ["setuptools>=61"]\n'
        'build-backend = "setuptools.build_meta"\n'
        '[project]\nname = "mine"\nversion = "1.2"\n'
        '[project.scripts]\nmine = "mine:main"\n'
        '[tool.setuptools]\npackages = ["mine"]\n',
    )
    uv = str(Path(sys.executable).with_name("uv"))
    env = tmp_path / "env"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, env], check=True)
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", env, "-e", tmp_path / "work"],
        check=True,
    )
    return env


@pytest.mark.network
@pytest.mark.parametrize("how", ["build", "copy"])
def test_an_editable_install_goes_along_as_real_files(
    how: str, edited: Path, tmp_path: Path
) -> None:
    # conda-pack stops or ignores it, venv-pack packs it pointing at the build machine.
    archive = tmp_path / "env.tar.gz"
    words = ["pack", "-q", "-p", str(edited), "-o", str(archive), "--editable", how]
    assert main(words) == 0
    raw = tmp_path / "raw"
    raw.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", raw], check=True)
    local = str(tmp_path / "work").encode()
    naming = [path for path in raw.rglob("*") if path.is_file()]
    assert [path for path in naming if local in path.read_bytes()] == []
    (tmp_path / "work").rename(tmp_path / "gone")
    moved = unpack(archive, tmp_path / "moved")
    assert run(moved / "bin/mine").startswith(f"mine {moved}/")


@pytest.mark.network
def test_an_editable_install_is_refused_on_request(
    edited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "env.tar.gz")
    assert main(["pack", "-p", str(edited), "-o", out, "--editable", "refuse"]) == 7
    assert "mine is an editable install" in capsys.readouterr().err


def run(*words: str | Path) -> str:
    env = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        list(map(str, words)), env=env, capture_output=True, text=True, check=True
    ).stdout
