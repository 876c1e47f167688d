"""Created from each export, recorded again, compared: nothing is lost on the way.

The environment has conda packages of two channels, PyPI packages of an index with an
extra, from git, editable and from a folder, a variable and a pin.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.host import this_host
from caddis.model.environment import Environment
from caddis.model.requirements import Ecosystem
from caddis.stages.inventory import read_environment
from tests.support.channel.engine import index_channel
from tests.support.channel.package import Package, text_file, write_package
from tests.support.index import Dist, write_index
from tests.support.projects import write_in_git, write_project

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))
CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """An environment with something of everything, and where it came from."""

    prefix: Path
    index: str

    def export(self, out: Path, *words: str) -> Path:
        """Export the environment into the file *out*."""
        assert main(["export", "-p", str(self.prefix), "-o", str(out), *words]) == 0
        return out

    def sync(self, folder: Path, *words: str) -> Environment:
        """Make an environment from what is in *folder*, and record it."""
        prefix = folder / "again"
        sync = ["sync", str(folder), "-p", str(prefix), "-i", self.index, "-q"]
        assert main([*sync, *words]) == 0
        return read(prefix)


@pytest.fixture(scope="module")
def world(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    dists = (
        Dist(
            name="app", version="1.4.2", requires=("more; extra == 'x'",), extras=("x",)
        ),
        Dist(name="app", version="2.0"),
        Dist(name="more"),
        Dist(name="fast"),
    )
    index = write_index(dists, folder / "index").as_uri()
    extra = Package(name="elsewhere", files={"share/e": text_file("{prefix}\n")})
    write_package(extra, folder / "second")
    second = index_channel(folder / "second").rstrip("/")
    for name in ("in-git", "editable", "plain"):
        write_project(folder / name, requires=("fast; extra == 'f'",), extras=("f",))
    commit = write_in_git(folder / "in-git")
    (folder / "environment.yml").write_text(
        f"channels: [{tiny}, {second}]\n"
        "dependencies:\n"
        "  - python\n  - greet <2\n  - elsewhere\n  - pip:\n"
        "      - app[x]<2\n"
        f"      - in-git[f] @ git+file://{folder / 'in-git'}@{commit}\n"
        "      - -e ./editable[f]\n"
        "      - ./plain\n"
        "variables: {MODE: 'on'}\n"
    )
    prefix = folder / "env"
    assert main(["lock", str(folder), "-i", index, "-q"]) == 0
    assert main(["sync", str(folder), "-p", str(prefix), "-i", index, "-q"]) == 0
    (prefix / "conda-meta" / "pinned").write_text("greet <3\n")
    return World(prefix=prefix, index=index)


def read(prefix: Path) -> Environment:
    return read_environment(prefix, host=this_host())


def packages(environment: Environment, *ecosystems: Ecosystem) -> dict[str, str]:
    """Map each package to version and build, or source, and its channel."""
    return {
        p.name: p.source or f"{p.version} {p.build} {p.channel}".strip()
        for p in environment.packages
        if p.ecosystem in ecosystems
    }


def names_and_versions(environment: Environment) -> dict[str, str]:
    return {p.name: p.source or p.version for p in environment.of(PYPI)}


def wishes(environment: Environment) -> list[str]:
    """List what was asked for; the file adds the channel to a spec."""
    return [asked.spec.rpartition("::")[2] for asked in environment.requested]


def records(prefix: Path) -> dict[str, tuple[object, ...]]:
    """Map each conda package to what its record says of it."""
    return {
        p.name: (p.depends, p.noarch, p.files, p.build_number, p.provides)
        for p in read(prefix).of(CONDA)
    }


@pytest.mark.parametrize("pin", ["build", "hash"])
def test_an_environment_file_is_the_environment(
    world: World, tmp_path: Path, pin: str
) -> None:
    world.export(tmp_path / "environment.yml", "--pin", pin)
    assert main(["lock", str(tmp_path), "-i", world.index, "-q"]) == 0
    old, new = read(world.prefix), world.sync(tmp_path)
    assert packages(new, CONDA, PYPI) == packages(old, CONDA, PYPI)
    assert (new.channels, new.variables) == (old.channels, old.variables)


def test_an_environment_file_of_what_was_asked_keeps_it(
    world: World, tmp_path: Path
) -> None:
    text = world.export(tmp_path / "environment.yml", "--only-requested").read_text()
    assert "#   greet <3" in text
    assert main(["lock", str(tmp_path), "-i", world.index, "-q"]) == 0
    old, new = read(world.prefix), world.sync(tmp_path)
    assert packages(new, CONDA, PYPI) == packages(old, CONDA, PYPI)
    assert wishes(new) == wishes(old)
    extras = {"app": ("x",), "editable": ("f",), "in-git": ("f",)}
    for environment in (old, new):
        assert {a.name: a.extras for a in environment.requested if a.extras} == extras


def test_the_recorded_lock_is_the_environment_with_its_pins(
    world: World, tmp_path: Path
) -> None:
    record = ["record", "-p", str(world.prefix), "-o", str(tmp_path), "-q"]
    assert main(record) == 0
    old, new = read(world.prefix), world.sync(tmp_path)
    assert packages(new, CONDA, PYPI) == packages(old, CONDA, PYPI)
    assert (new.pins, new.variables) == (("greet <3",), {"MODE": "on"})
    assert new.to_lock() == old.to_lock()
    assert main(["diff", str(world.prefix), str(tmp_path / "again"), "-q"]) == 0


def test_requirements_are_its_distributions(world: World, tmp_path: Path) -> None:
    file = world.export(tmp_path / "requirements.txt", "--format", "requirements")
    venv = make_venv(tmp_path / "venv")
    uv(
        "pip",
        "install",
        f"--python={venv}",
        f"--default-index={world.index}",
        "-r",
        file,
    )
    assert names_and_versions(read(venv)) == names_and_versions(read(world.prefix))


def test_an_explicit_file_is_its_conda_packages_for_rattler_and_for_caddis(
    world: World, tmp_path: Path
) -> None:
    file = world.export(tmp_path / "explicit.txt", "--format", "explicit")
    new = world.sync(tmp_path, "--lock", str(file))
    assert packages(new, CONDA) == packages(read(world.prefix), CONDA)
    assert records(tmp_path / "again") == records(world.prefix)
    install_with_rattler(file, tmp_path / "rattler")
    assert (
        packages(read(tmp_path / "rattler"), CONDA).keys()
        == packages(new, CONDA).keys()
    )


def test_a_conda_lock_is_all_but_its_sources(world: World, tmp_path: Path) -> None:
    file = world.export(tmp_path / "conda-lock.yml", "--format", "conda-lock")
    old, new = read(world.prefix), world.sync(tmp_path, "--lock", str(file))
    assert packages(new, CONDA) == packages(old, CONDA)
    assert records(tmp_path / "again") == records(world.prefix)
    from_index = {p.name: p.version for p in old.of(PYPI) if not p.source}
    assert names_and_versions(new) == from_index


@pytest.mark.parametrize(
    ("to", "name"), [("explicit", "explicit.txt"), ("conda-lock", "conda-lock.yml")]
)
def test_what_another_lock_does_not_tell_is_packed_right_all_the_same(
    world: World, tmp_path: Path, to: str, name: str
) -> None:
    # Neither says that greet is a noarch Python package, whose files move.
    file = world.export(tmp_path / name, "--format", to)
    archive, prefix = tmp_path / "env.tar.gz", tmp_path / "env"
    pack = ["pack", "--lock", str(file), "-o", str(archive), "-i", world.index, "-q"]
    assert main(pack) == 0
    assert main(["unpack", str(archive), "-p", str(prefix), "-q"]) == 0
    greeting = subprocess.check_output([prefix / "bin" / "greet"], text=True)
    assert greeting == "hello from greet 1.0\n"


def test_a_noarch_package_that_its_channel_no_longer_knows_is_not_packed(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = world.export(tmp_path / "explicit.txt", "--format", "explicit")
    file.write_text(file.read_text().replace("greet-1.0-pyhd_0", "greet-1.1-pyhd_0"))
    pack = ["pack", "--lock", str(file), "-o", str(tmp_path / "env.tar.gz")]
    assert main(pack) == 3
    assert "how these are laid out: greet" in capsys.readouterr().err


def test_a_pixi_lock_is_the_environment(world: World, tmp_path: Path) -> None:
    file = world.export(tmp_path / "pixi.lock", "--format", "pixi")
    old, new = read(world.prefix), world.sync(tmp_path, "--lock", str(file))
    assert packages(new, CONDA) == packages(old, CONDA)
    assert names_and_versions(new) == names_and_versions(old)
    assert records(tmp_path / "again") == records(world.prefix)
    assert main(["diff", str(world.prefix), str(file)]) == 0


def test_rattler_reads_every_package_of_a_pixi_lock(
    world: World, tmp_path: Path
) -> None:
    from rattler import LockFile

    file = world.export(tmp_path / "pixi.lock", "--format", "pixi")
    environment = LockFile.from_path(file).default_environment()
    assert environment is not None
    platform = environment.platforms()[0]
    found = {p.name: p.location for p in environment.packages(platform) or ()}
    assert found.keys() == {p.name for p in read(world.prefix).packages}
    assert found["in-git"].startswith("git+file://")


def test_a_pylock_is_its_distributions_for_uv_and_for_caddis(
    world: World, tmp_path: Path
) -> None:
    file = world.export(tmp_path / "pylock.toml", "--format", "pylock")
    venv = make_venv(tmp_path / "venv")
    uv("pip", "sync", f"--python={venv}", "--preview-features", "pylock", file)
    old = names_and_versions(read(world.prefix))
    assert names_and_versions(read(venv)) == old
    new = world.sync(tmp_path, "--lock", str(file), "--python", sys.executable)
    assert names_and_versions(new) == old


@pytest.mark.network
def test_pip_installs_from_a_pylock(world: World, tmp_path: Path) -> None:
    # pip takes hashes of everything or of nothing, and a folder has none.
    (tmp_path / "requirements.in").write_text("app[x]<2\n")
    assert main(["lock", str(tmp_path), "-i", world.index, "-q"]) == 0
    old = world.sync(tmp_path, "--python", sys.executable)
    file = tmp_path / "pylock.toml"
    export = ["export", "-p", old.prefix, "--format", "pylock", "-o", str(file)]
    assert main(export) == 0
    venv = make_venv(tmp_path / "venv")
    # The first pip that reads the format.
    uv("pip", "install", f"--python={venv}", "pip>=26.1")
    run(venv / "bin/python", "-m", "pip", "install", "-q", "-r", file)
    new = names_and_versions(read(venv))
    assert new.pop("pip")
    assert new == names_and_versions(old) == {"app": "1.4.2", "more": "1.0"}


def make_venv(prefix: Path) -> Path:
    uv("venv", f"--python={sys.executable}", prefix)
    return prefix


def uv(*words: str | Path) -> None:
    run(UV, *words, "-q")


def run(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def install_with_rattler(file: Path, prefix: Path) -> None:
    import rattler
    from rattler.explicit_environment import ExplicitEnvironmentSpec

    spec = ExplicitEnvironmentSpec.from_str(file.read_text(encoding="utf-8"))
    files = [Path(entry.url.partition("#")[0][7:]) for entry in spec.packages]

    async def install() -> None:
        found = [await rattler.RepoDataRecord.from_package_archive(f) for f in files]
        await rattler.install(found, prefix, show_progress=False)

    asyncio.run(install())
