"""Supplies of assembling that take nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.model.git_source import GitSource
from caddis.model.layers import Entry, Layer
from caddis.model.lock import LockedFile
from caddis.ports.packages import OpenedPackage
from caddis.ports.progress import Reporter
from tests.support.index import Dist, write_wheel
from tests.support.package_files import opened


class FakeLaunchers:
    """A launcher that tells which one it is."""

    def launcher(self, platform: str, *, gui: bool) -> bytes:
        return f"MZ {platform} {'window' if gui else 'console'} ".encode()


class FakeStore:
    """Opens every conda package as an empty one, and wheels as they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._real = DiskPackageStore(folder / "cache", fetcher=Fetcher())

    def open(
        self, files: Sequence[LockedFile], *, folder: Path, reporter: Reporter
    ) -> list[OpenedPackage]:
        return [self._open(file, folder, reporter) for file in files]

    def fetch(self, file: LockedFile, into: Path, *, folder: Path) -> Path:
        return self._real.fetch(file, into, folder=folder)

    def _open(
        self, file: LockedFile, folder: Path, reporter: Reporter
    ) -> OpenedPackage:
        if file.url.endswith(".whl"):
            return self._real.open([file], folder=folder, reporter=reporter)[0]
        files = {"info/paths.json": b'{"paths": []}'}
        return replace(opened(self._folder / "empty", files, url="x"), file=file)


@dataclass
class FakeBuilder:
    """Builds a wheel with nothing in it."""

    tag: str = "py3-none-any"
    built: list[tuple[str, str]] = field(default_factory=list)

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        self.built.append((source, python))
        wheel = write_wheel(Dist(name="mine", version="1.0"), out)
        return wheel.rename(out / f"mine-1.0-{self.tag}.whl")


class FakeCheckouts:
    """Makes an empty folder for each commit."""

    def checkout(self, source: GitSource, into: Path) -> Path:
        project = into / source.commit / source.below
        project.mkdir(parents=True)
        return project


def by_path(found: Layer) -> dict[str, Entry]:
    return {entry.path: entry for entry in found.entries}
