"""Real environments, as people leave them: a venv, conda with pip in it, with secrets.

Each test names a failure that was seen when the peers were run or reported to them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import zstandard

from caddis.cli import main
from tests.support.carrying import Environment, carry, members, pack, unpack
from tests.support.channel import install_prefix
from tests.support.channel.tiny import TINY
from tests.support.index import Dist, write_wheel
from tests.support.running import run
from tests.support.server import serve

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))
HELLO = Dist(name="hello", commands=("hello = hello:main",))


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A venv with one command in it."""
    prefix = tmp_path / "venv"
    create = [sys.executable, "-m", "venv", "--without-pip", str(prefix)]
    subprocess.run(create, check=True)
    install(HELLO, prefix, wheels=tmp_path / "wheels")
    return prefix


def install(dist: Dist, prefix: Path, *, wheels: Path) -> None:
    """Let uv install *dist* as pip would."""
    wheel = write_wheel(dist, wheels)
    uv("install", "--no-deps", str(wheel), prefix=prefix)


def uv(*words: str, prefix: Path) -> str:
    command = [UV, "pip", words[0], f"--python={prefix}/bin/python", *words[1:]]
    done = subprocess.run(
        [*command, "--no-config", "--offline"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


# A venv


def test_a_venv_brings_its_interpreter(venv: Path, tmp_path: Path) -> None:
    # venv-pack#5, open since 2018.
    moved = carry(venv, tmp_path / "moved")
    code = "import sys; print(sys.prefix, sys.base_prefix, sys.executable)"
    said = run(moved / "bin/python", "-c", code).split()
    assert said == [str(moved), str(moved), str(moved / "bin/python")]
    real = (moved / "bin/python").resolve()
    assert real.is_relative_to(moved)
    maps = run(moved / "bin/python", "-c", "print(open('/proc/self/maps').read())")
    assert str(Path(sysconfig.get_config_var("LIBDIR"), "libpython")) not in maps


def test_what_a_venv_sees_of_its_python_is_not_left_behind_silently(
    venv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = venv / "pyvenv.cfg"
    seen = config.read_text().replace("packages = false", "packages = true")
    config.write_text(seen)
    assert main(["pack", "-p", str(venv), "-o", str(tmp_path / "v.tar.zst")]) == 0
    assert "can be imported here and do not go along" in capsys.readouterr().err


def test_a_command_of_a_venv_runs_from_two_places(venv: Path, tmp_path: Path) -> None:
    place = carry(venv, tmp_path / "a")
    assert run(place / "bin/hello") == "1.0\n"
    place = place.rename(tmp_path / "b c")
    assert run(place / "bin/hello") == "1.0\n"


def test_nothing_of_a_venv_is_packed_twice(venv: Path, tmp_path: Path) -> None:
    # venv-pack has pyvenv.cfg twice, and its zip doubles by following lib64.
    names = [member.name for member in members(pack(venv, tmp_path / "v.tar.zst"))]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith("lib64/")]


@pytest.mark.network
def test_an_editable_install_runs_without_its_source(
    venv: Path, tmp_path: Path
) -> None:
    # venv-pack packs it broken, pointing at the build machine.
    source = tmp_path / "source"
    (source / "mine").mkdir(parents=True)
    (source / "mine/__init__.py").write_text("answer = 42\n")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "mine"\nversion = "1.0"\n'
    )
    editable = [UV, "pip", "install", "-q", f"--python={venv}/bin/python", "-e", source]
    subprocess.run(editable, check=True)
    moved = carry(venv, tmp_path / "moved")
    shutil.rmtree(source)
    said = run(moved / "bin/python", "-c", "import mine; print(mine.answer)")
    assert said == "42\n"


# conda with pip in it


@pytest.mark.network
def test_what_pip_put_over_conda_is_what_runs(
    small_prefix: Path, tmp_path: Path
) -> None:
    # conda-pack#63 and eight more: "files managed by conda were overwritten by pip".
    newer = Dist(
        name="pygments", version="99", commands=("pygmentize = pygments:main",)
    )
    install(newer, small_prefix, wheels=tmp_path / "wheels")
    moved = carry(small_prefix, tmp_path / "moved")
    assert run(moved / "bin/pygmentize") == "99\n"
    code = "from importlib.metadata import version; print(version('pygments'))"
    assert run(moved / "bin/python", "-c", code) == "99\n"
    infos = {path.name for path in moved.rglob("[Pp]ygments-*.dist-info")}
    assert infos == {"pygments-99.dist-info"}


@pytest.mark.network
def test_uv_works_in_what_was_unpacked_and_moved(
    small_prefix: Path, tmp_path: Path
) -> None:
    install(HELLO, small_prefix, wheels=tmp_path / "wheels")
    place = carry(small_prefix, tmp_path / "a").rename(tmp_path / "b")
    run(place / "bin/caddis-unpack")
    assert "numpy" in uv("list", prefix=place)
    uv("uninstall", "hello", prefix=place)
    assert not (place / "bin/hello").exists()
    newer = Dist(name="hello", version="2.0", commands=HELLO.commands)
    install(newer, place, wheels=tmp_path / "wheels")
    assert run(place / "bin/hello") == "2.0\n"


@pytest.mark.network
def test_python_says_where_it_is_after_every_move(
    small_prefix: Path, tmp_path: Path
) -> None:
    # After a second conda-unpack, the files still name the first place.
    place = carry(small_prefix, tmp_path / "a")
    for name in ("b", "somewhere else"):
        old, place = place, place.rename(tmp_path / name)
        run(place / "bin/caddis-unpack")
        assert run(place / "bin/python", "-c", "import sys; print(sys.prefix)") == (
            f"{place}\n"
        )
        for path in place.rglob("*"):
            if path.is_file() and b"\0" not in (content := path.read_bytes()):
                assert f"{old}/".encode() not in content, path


# Secrets


def content(archive: Path) -> bytes:
    with (
        archive.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(
            file, read_across_frames=True
        ) as raw,
    ):
        return raw.read()


def test_no_secret_of_a_channel_goes_along(tiny: str, tmp_path: Path) -> None:
    folder = tmp_path / "served/t/tk-0123-token"
    folder.mkdir(parents=True)
    (folder / "channel").symlink_to(tiny.removeprefix("file://"))
    with serve(tmp_path / "served") as url:
        secret = url.replace("//", "//someone:hunter2@")
        env = install_prefix(
            f"{secret}/t/tk-0123-token/channel",
            TINY,
            tmp_path / "env",
            cache=tmp_path / "pkgs",
        )
    records = "".join(path.read_text() for path in env.glob("conda-meta/*.json"))
    assert "tk-0123-token" in records  # or this test would prove nothing
    packed = content(pack(env, tmp_path / "env.tar.zst"))
    for word in (b"hunter2", b"tk-0123-token", b"someone"):
        assert word not in packed


def test_no_secret_of_the_history_goes_along(
    environment: Environment, tmp_path: Path
) -> None:
    # conda writes the whole command and the URL of each package into it.
    env = environment()
    (env / "conda-meta/history").write_text(
        "==> 2026-11-21 08:00:00 <==\n"
        f"# cmd: conda create -p {env}"
        " -c https://someone:hunter2@example.org/t/tk-0123/c greet\n"
        "+https://someone:hunter2@example.org/t/tk-0123/c/noarch::greet-2.0-pyhd_0\n"
        "# update specs: ['greet']\n"
    )
    archive = pack(env, tmp_path / "env.tar.zst")
    packed = content(archive)
    for word in (b"hunter2", b"tk-0123", b"someone"):
        assert word not in packed
    moved = unpack(archive, tmp_path / "moved")
    history = (moved / "conda-meta/history").read_text()
    assert f"# cmd: conda create -p {moved} -c https://example.org/c greet\n" in history
    assert "+https://example.org/c/noarch::greet-2.0-pyhd_0\n" in history


def test_no_secret_of_a_direct_url_goes_along(venv: Path, tmp_path: Path) -> None:
    (info,) = venv.glob("lib/python*/site-packages/hello-*.dist-info")
    origin = {
        "url": "https://someone:hunter2@example.org/hello.git",
        "vcs_info": {"vcs": "git", "commit_id": "0" * 40},
    }
    (info / "direct_url.json").write_text(json.dumps(origin))
    path = f"{info.name}/direct_url.json"
    record = (info / "RECORD").read_text().splitlines()
    others = [line for line in record if not line.startswith(path)]
    (info / "RECORD").write_text("\n".join([*others, f"{path},,"]) + "\n")
    archive = pack(venv, tmp_path / "v.tar.zst")
    packed = content(archive)
    assert b"hunter2" not in packed
    assert b"example.org/hello.git" in packed
    moved = unpack(archive, tmp_path / "moved")
    (kept,) = moved.rglob("hello-*.dist-info/direct_url.json")
    assert json.loads(kept.read_text())["vcs_info"] == origin["vcs_info"]
