"""--repair packs what packages brought, whatever was done to their files since."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from caddis.cli import main
from tests.support.carrying import Environment, pack
from tests.support.channel import install_prefix, tiny_channel
from tests.support.index import Dist, write_index, write_wheel

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))


def test_a_conda_environment_is_packed_as_it_was_installed(
    environment: Environment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    env = environment()
    whole = pack(env, tmp_path / "whole.tar.zst").read_bytes()
    (env / "share/data-only/table.csv").write_text("changed\n")
    (env / "lib/prefixed.bin").unlink()
    broken = pack(env, tmp_path / "broken.tar.zst").read_bytes()
    capsys.readouterr()
    mended = pack(env, tmp_path / "mended.tar.zst", "--repair", "--strict")
    said = capsys.readouterr().err
    assert "table.csv of data-only was edited; the package's own is packed" in said
    assert "prefixed.bin of prefixed was missing; the package's own is packed" in said
    assert mended.read_bytes() == whole != broken
    # The environment itself is not touched.
    assert (env / "share/data-only/table.csv").read_text() == "changed\n"


def test_what_conda_keeps_on_this_machine_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Path(unquote(urlsplit(tiny_channel(tmp_path / "channel")).path))
    pkgs = tmp_path / "pkgs"
    env = install_prefix(channel.as_uri(), ["data-only"], tmp_path / "env", cache=pkgs)
    whole = pack(env, tmp_path / "whole.tar.zst").read_bytes()
    table = env / "share/data-only/table.csv"
    table.unlink()  # Its content is kept under another link.
    table.write_text("changed\n")
    channel.rename(tmp_path / "gone")
    monkeypatch.setenv("CONDA_PKGS_DIRS", str(pkgs / "pkgs"))
    mended = pack(env, tmp_path / "mended.tar.zst", "--repair", "--offline")
    assert mended.read_bytes() == whole


def install(venv: Path, *words: str) -> None:
    # Copies, as edits would reach the files that uv keeps; and a cache of its own, for
    # the index of another run may have stood in a folder of the same name.
    cache = f"--cache-dir={venv.parent}/uv"
    command = [UV, "pip", "install", "-q", "--offline", "--link-mode=copy", cache]
    subprocess.run([*command, f"--python={venv}/bin/python", *words], check=True)


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    prefix = tmp_path / "venv"
    create = [sys.executable, "-m", "venv", "--without-pip", str(prefix)]
    subprocess.run(create, check=True)
    return prefix


def module(venv: Path) -> Path:
    (found,) = venv.glob("lib/python3*/site-packages/hello/__init__.py")
    return found


def test_a_distribution_comes_from_the_index_again(venv: Path, tmp_path: Path) -> None:
    index = write_index([Dist(name="hello")], tmp_path / "index").as_uri()
    install(venv, "hello", "--default-index", index)
    whole = pack(venv, tmp_path / "whole.tar.zst").read_bytes()
    module(venv).write_text("version = 'mine'\n")
    mended = pack(venv, tmp_path / "mended.tar.zst", "--repair", "-i", index)
    assert mended.read_bytes() == whole


def test_a_stranger_of_the_same_version_is_refused(
    venv: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # What was installed from a folder need not be what the index has.
    wheel = write_wheel(Dist(name="hello", requires=("x; extra=='y'",)), tmp_path / "w")
    install(venv, "hello", "--no-index", "--find-links", str(wheel.parent))
    index = write_index([Dist(name="hello")], tmp_path / "index").as_uri()
    module(venv).write_text("version = 'mine'\n")
    out = tmp_path / "mended.tar.zst"
    assert main(["pack", "-p", str(venv), "-o", str(out), "--repair", "-i", index]) == 6
    assert "hello 1.0 was installed from another file" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.network
def test_a_package_that_pip_replaced_is_named_with_the_fix(
    small_prefix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = write_wheel(Dist(name="numpy", version="99"), tmp_path / "wheels")
    install(small_prefix, "--no-deps", str(wheel))
    out = tmp_path / "env.tar.zst"
    words = ["pack", "-p", str(small_prefix), "-o", str(out)]
    assert main([*words, "--strict"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len([line for line in said if "numpy" in line]) == 1
    assert any("`pip uninstall numpy`" in line for line in said)
    assert not out.exists()
    assert main([*words, "--repair"]) == 0
