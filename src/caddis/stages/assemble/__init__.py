"""assemble: the layers of a locked environment, straight from package files.

Nothing is installed, so it works for any platform. The layers are those that recording
an installed environment gives, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ProjectError
from caddis.host import Host
from caddis.model.git_source import git_source
from caddis.model.layers import Entry, Layer
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.passing import passing_folder
from caddis.model.prefix.dist_layer import with_entries
from caddis.model.requirements import Ecosystem
from caddis.model.versions import minor
from caddis.ports.packages import (
    Checkouts,
    Launchers,
    OpenedPackage,
    PackageStore,
    WheelBuilder,
)
from caddis.ports.progress import Reporter
from caddis.stages.assemble.build import Sources, built_file
from caddis.stages.assemble.choose import choose_wheel, platform_tags
from caddis.stages.assemble.commands import Commands
from caddis.stages.assemble.conda import conda_layers
from caddis.stages.assemble.history import told_layer
from caddis.stages.assemble.wheels import wheel_layer

__all__ = ["Assembled", "Supplies", "assemble", "assemble_source"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Supplies:
    """What assembling needs of the outside world."""

    packages: PackageStore
    launchers: Launchers
    builder: WheelBuilder
    checkouts: Checkouts
    here: Host
    """The machine that caddis runs on: what must be built is built for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assembled:
    """The layers of an environment, except for a Python that no package brings."""

    part: PlatformLock
    python: str
    """Full version of conda's Python; empty when there is none."""
    conda: tuple[Layer, ...]
    pypi: tuple[Layer, ...]
    overlay: Layer
    """What an installation would tell of itself."""

    @property
    def lacks_python(self) -> bool:
        """Whether a Python has to come from elsewhere."""
        return not self.python and _wants_python(self.part)


def assemble(
    lock: Lock,
    *,
    host: Host,
    folder: Path,
    supplies: Supplies,
    reporter: Reporter,
) -> Assembled:
    """Make the layers of *lock* for *host*.

    Local paths in the lock start at *folder*.

    Raises:
        ProjectError: the lock was not made for that platform, or nothing in it brings
            a Python there.
        ResolveError: a distribution has no file that fits.
        FetchError: a file cannot be had or is not what the lock says.
    """
    part = lock.for_platform(host.platform)
    conda, pypi = part.of(Ecosystem.CONDA), part.of(Ecosystem.PYPI)
    full = next((p.version for p in conda if p.name == "python"), "")
    is_foreign = host.platform != supplies.here.platform
    if not full and is_foreign and _wants_python(part):
        raise ProjectError(
            f"Nothing in the lock brings a Python for {host.platform}, and the one of"
            f" this machine is for {supplies.here.platform}",
            hint="Take python from a conda channel: add it to environment.yml and lock"
            " again with -c CHANNEL.",
        )
    short = minor(full or part.python)
    commands = Commands(host=host, launchers=supplies.launchers)
    with passing_folder("wheels") as built:
        sources = Sources(
            builder=supplies.builder,
            packages=supplies.packages,
            checkouts=supplies.checkouts,
            out=built,
            folder=folder,
            python=short,
            foreign=host.platform if is_foreign else "",
        )
        wheels = _wheels(pypi, part, python=short, sources=sources)
        files = [*(package.files[0] for package in conda), *wheels]
        opened = supplies.packages.open(files, folder=folder, reporter=reporter)
    return Assembled(
        part=part,
        python=full,
        conda=conda_layers(
            list(zip(conda, opened, strict=False)), python=short, commands=commands
        ),
        pypi=_pypi_layers(
            zip(pypi, opened[len(conda) :], strict=True),
            python=short,
            commands=commands,
        ),
        overlay=told_layer(lock, conda, platform=part.platform),
    )


def _wants_python(part: PlatformLock) -> bool:
    """Say whether an environment has a Python: only one of conda packages may not."""
    return bool(part.of(Ecosystem.PYPI)) or not part.of(Ecosystem.CONDA)


def assemble_source(
    source: Path,
    *,
    python: str,
    interpreter: Path | None = None,
    supplies: Supplies,
    reporter: Reporter,
) -> Layer:
    """Make the layer of the project in the folder *source*, for this machine.

    It is built by *interpreter*, or any of the version *python*.

    Raises:
        EngineError: it cannot be built.
    """
    commands = Commands(host=supplies.here, launchers=supplies.launchers)
    with passing_folder("wheels") as out:
        wheel = supplies.builder.build_wheel(
            str(source), out, folder=source, python=str(interpreter or python)
        )
        (opened,) = supplies.packages.open(
            [built_file(wheel)], folder=source, reporter=reporter
        )
    return wheel_layer(opened, python=python, commands=commands)


def _wheels(
    packages: Iterable[LockedPackage],
    part: PlatformLock,
    *,
    python: str,
    sources: Sources,
) -> list[LockedFile]:
    # Where there is no Python, there are no distributions either.
    ranks = platform_tags(part, python=python) if python else {}
    chosen = (
        (package, choose_wheel(package, ranks=ranks, platform=part.platform))
        for package in packages
    )
    return [wheel or sources.wheel(package) for package, wheel in chosen]


def _pypi_layers(
    packages: Iterable[tuple[LockedPackage, OpenedPackage]],
    *,
    python: str,
    commands: Commands,
) -> tuple[Layer, ...]:
    """Make the layers in the order of their dist-infos' names."""
    layers = (
        _with_origin(wheel_layer(each, python=python, commands=commands), package)
        for package, each in packages
    )
    return tuple(sorted(layers, key=_info_name))


def _with_origin(layer: Layer, package: LockedPackage) -> Layer:
    """Tell of a distribution out of git where it came from, as installers do."""
    source = git_source(package.source)
    origin = source.origin if source else None
    if origin is None:
        return layer
    return with_entries(layer, [Entry(path=_beside_record(layer), source=origin)])


def _beside_record(layer: Layer) -> str:
    record = _record(layer)
    return f"{record.rpartition('/')[0]}/direct_url.json"


def _record(layer: Layer) -> str:
    return next(e.path for e in layer.entries if e.path.endswith(".dist-info/RECORD"))


def _info_name(layer: Layer) -> str:
    return _record(layer).split("/")[-2].lower()
