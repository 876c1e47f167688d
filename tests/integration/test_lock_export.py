"""Exports that the tools they are meant for read and install from."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.request import url2pathname

import pytest
from packaging.pylock import Pylock

from caddis.errors import UsageError
from caddis.host import this_host
from caddis.model.lock import Lock, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.export import ExportFormat, export
from tests.support.joint import World, conda, pypi
from tests.support.peers import PIP, peer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def lock(world: World) -> Lock:
    return world.lock(conda("libnative"), conda("python"), pypi("plots"), pypi("grid"))


def _run(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _uv(*words: str | Path) -> None:
    from uv import find_uv_bin

    _run(find_uv_bin(), *words)


def _installed(folder: Path) -> list[str]:
    return sorted(
        path.name.removesuffix(".dist-info") for path in folder.rglob("*.dist-info")
    )


def test_a_pylock_is_one_by_the_standard(lock: Lock) -> None:
    data = tomllib.loads(export(lock, ExportFormat.PYLOCK).text)
    found = Pylock.from_dict(data)
    assert [str(package.name) for package in found.packages] == [
        "arrays",
        "colours",
        "grid",
        "plots",
    ]


def test_uv_installs_from_a_pylock(lock: Lock, tmp_path: Path) -> None:
    file = tmp_path / "pylock.toml"
    file.write_text(export(lock, ExportFormat.PYLOCK).text)
    _uv("venv", "--quiet", f"--python={sys.executable}", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    _uv("pip", "sync", f"--python={python}", "--preview-features", "pylock", file)
    assert _installed(tmp_path / "env") == [
        "arrays-3.0",
        "colours-1.5",
        "grid-2.0",
        "plots-1.0",
    ]


def test_pip_installs_from_requirements_and_checks_the_hashes(
    world: World, lock: Lock, tmp_path: Path
) -> None:
    text = export(lock, ExportFormat.REQUIREMENTS).text
    file = tmp_path / "requirements.txt"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes")
    place = ("--no-index", "--find-links", world.wheels, "--target", tmp_path / "out")
    file.write_text(text)
    _run(*pip, *place, "-r", file)
    assert "grid-2.0" in _installed(tmp_path / "out")
    file.write_text(text.replace("sha256:", "sha256:0", 1)[:-1])
    with pytest.raises(AssertionError, match="hash"):
        _run(*pip, *place, "-r", file)


def test_uv_installs_from_requirements_and_checks_the_hashes(
    lock: Lock, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(export(lock, ExportFormat.REQUIREMENTS).text)
    words = ("pip", "install", "--require-hashes", "--no-index", "-r", file)
    place = ("--find-links", world.wheels, "--target", tmp_path / "out")
    _uv(*words, *place)
    assert "grid-2.0" in _installed(tmp_path / "out")


@pytest.mark.network
def test_pip_installs_from_a_pylock(lock: Lock, tmp_path: Path) -> None:
    file = tmp_path / "pylock.toml"
    file.write_text(export(lock, ExportFormat.PYLOCK).text)
    out = tmp_path / "out"
    # Older ones do not read the format.
    _run(peer(PIP), "install", "--quiet", "--target", out, "-r", file)
    assert "grid-2.0" in _installed(tmp_path / "out")


def test_rattler_reads_and_installs_an_explicit_file(
    lock: Lock, tmp_path: Path
) -> None:
    import rattler
    from rattler.explicit_environment import ExplicitEnvironmentSpec

    found = export(lock, ExportFormat.EXPLICIT)
    spec = ExplicitEnvironmentSpec.from_str(found.text)
    assert str(spec.platform) == this_host().platform
    files = [Path(url2pathname(_path_of(entry.url))) for entry in spec.packages]

    async def install() -> None:
        records = [await rattler.RepoDataRecord.from_package_archive(f) for f in files]
        await rattler.install(records, tmp_path / "env", show_progress=False)

    asyncio.run(install())
    assert (tmp_path / "env" / "share" / "native.txt").is_file()
    (lost,) = found.losses
    assert lost.endswith("cannot hold what is from PyPI: arrays, colours, grid, plots")


def test_rattler_reads_a_pixi_lock(lock: Lock, tmp_path: Path) -> None:
    from rattler import LockFile

    file = tmp_path / "pixi.lock"
    file.write_text(export(lock, ExportFormat.PIXI).text)
    environment = LockFile.from_path(file).default_environment()
    assert environment is not None
    platform = environment.platforms()[0]
    packages = {package.name for package in environment.packages(platform) or ()}
    assert packages == {package.name for package in lock.platforms[0].packages}
    records = environment.conda_repodata_records_for_platform(platform) or []
    wanted = {p.name: p for p in lock.platforms[0].of(Ecosystem.CONDA)}
    for record in records:
        package = wanted[record.name.normalized]
        assert record.sha256 is not None
        assert record.sha256.hex() == package.files[0].sha256
        assert tuple(record.depends) == package.depends


def test_what_differs_between_platforms_gets_a_marker(lock: Lock) -> None:
    both = _on_two_platforms(lock)
    text = export(both, ExportFormat.REQUIREMENTS).text
    assert "colours==1.5 \\" in text
    assert "grid==1.0 ; sys_platform == 'win32' and platform_machine == 'AMD64'" in text
    Pylock.from_dict(tomllib.loads(export(both, ExportFormat.PYLOCK).text))


def test_an_explicit_file_wants_one_platform(lock: Lock) -> None:
    with pytest.raises(UsageError, match="one platform"):
        export(_on_two_platforms(lock), ExportFormat.EXPLICIT)


def test_local_sources_stay_sources(lock: Lock) -> None:
    local = LockedPackage(
        name="mine", version="", ecosystem=Ecosystem.PYPI, files=(), source="-e ./mine"
    )
    part = lock.platforms[0]
    with_local = replace(
        lock, platforms=(replace(part, packages=(*part.packages, local)),)
    )
    found = export(with_local, ExportFormat.REQUIREMENTS)
    assert "-e ./mine" in found.text
    # pip refuses hashes for some and none for others.
    assert "--hash" not in found.text
    assert any("no hashes" in loss for loss in found.losses)


def _on_two_platforms(lock: Lock) -> Lock:
    part = lock.platforms[0]
    packages = tuple(_older(p) if p.name == "grid" else p for p in part.packages)
    windows = replace(part, platform="win-64", packages=packages)
    return replace(lock, platforms=(part, windows))


def _older(package: LockedPackage) -> LockedPackage:
    file = package.files[0]
    older = replace(file, url=file.url.replace("-2.0-", "-1.0-"))
    return replace(package, version="1.0", files=(older,))


def _path_of(url: str) -> str:
    return url.partition("#")[0].removeprefix("file://")
