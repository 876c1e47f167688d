"""Locks with the real engines, a tiny channel and an index of tiny wheels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from caddis.adapters.file_lock import hold
from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.adapters.rattler import Rattler
from caddis.adapters.uv import Elsewhere, Uv, UvProcess
from caddis.host import this_host
from caddis.model.lock import Lock, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.progress import Reporter
from caddis.stages.lock import LockSettings, lock
from caddis.stages.sync import Engines, SyncPlan, SyncSettings, sync
from tests.support.channel import Package, index_channel, write_package
from tests.support.channel.dist import with_dist_info
from tests.support.channel.package import text_file
from tests.support.channel.tiny import PYTHON_VERSION, stand_in_python
from tests.support.index import Dist, write_index
from tests.support.server import serve

PYTHON = ".".join(PYTHON_VERSION.split(".")[:2])

DISTS = (
    Dist(name="arrays", version="1.0"),
    Dist(name="arrays", version="2.0"),
    Dist(
        name="arrays",
        version="3.0",
        extras=("draw",),
        requires=('colours>=1.5 ; extra == "draw"',),
    ),
    Dist(name="sketch", version="1.0", requires=("arrays[draw]",)),
    Dist(
        name="tables",
        version="1.0",
        extras=("view",),
        requires=("grid", 'plots ; extra == "view"'),
    ),
    Dist(name="frames", version="1.0", requires=("arrays>=2,<3",)),
    Dist(name="plots", version="1.0", requires=("arrays", "colours>=1")),
    Dist(name="colours", version="1.5", commands=("colours = colours:main",)),
    Dist(name="grid", version="1.0", requires=("arrays",)),
    Dist(name="grid", version="2.0", requires=("arrays>=3",)),
    Dist(name="checker", version="1.0", requires=("colours",)),
)


def conda_dist(
    name: str, version: str, *depends: str, metadata: Iterable[str] = ()
) -> Package:
    """Make a conda package of a Python distribution with more *metadata*."""
    files = {f"site-packages/{name}/__init__.py": text_file(f'v = "{version}"\n')}
    site = "site-packages"
    return Package(
        name=name,
        version=version,
        noarch="python",
        depends=("python", *depends),
        files=with_dist_info(
            files, name=name, version=version, site=site, more=metadata
        ),
    )


PACKAGES = (
    stand_in_python(),
    conda_dist("arrays", "1.0"),
    conda_dist("arrays", "2.0"),
    conda_dist(
        "arrays",
        "2.5",
        metadata=(
            "Provides-Extra: Draw",
            "Provides-Extra: all",
            "Requires-Dist: grid>=2",
            "Requires-Dist: colours<2 ; extra == 'Draw'",
            "Requires-Dist: tool ; sys_platform == 'none' and extra == 'Draw'",
            "Requires-Dist: arrays[Draw] ; extra == 'all'",
        ),
    ),
    conda_dist("arrays", "3.0"),
    conda_dist("tables", "1.0"),
    conda_dist("solver", "1.0", "arrays <2"),
    conda_dist("solver", "2.0", "arrays <3"),
    Package(
        name="bare",
        depends=("python",),
        noarch="python",
        files={"site-packages/bare.py": text_file("")},
    ),
    Package(
        name="libnative",
        files={"share/native.txt": text_file("home={prefix}\n")},
    ),
)


def conda(spec: str, origin: str = "") -> Requirement:
    """Ask conda for *spec*."""
    return Requirement(
        spec=spec, name=spec.split()[0], ecosystem=Ecosystem.CONDA, origin=origin
    )


def pypi(spec: str, origin: str = "", group: str = "") -> Requirement:
    """Ask PyPI for *spec*."""
    return Requirement(
        spec=spec,
        name=spec.partition("[")[0].rstrip("<>=.0123456789"),
        ecosystem=Ecosystem.PYPI,
        origin=origin,
        group=group,
    )


@dataclass(frozen=True, kw_only=True)
class World:
    """A channel, an index and the engines that use them."""

    folder: Path
    """Of the channel; its files can be changed."""
    channel: str
    wheels: Path
    """Folder of the index's wheels."""
    index: str
    """URL."""
    uv: Uv
    rattler: Rattler

    @property
    def engines(self) -> Engines:
        """What a sync needs."""
        return Engines(pypi=lambda: self.uv, conda=lambda: self.rattler, hold=hold)

    def watched(self, at: Callable[[str, Path], None]) -> Engines:
        """Give the same engines; *at* is called when uv changes a prefix."""
        return replace(self.engines, pypi=lambda: WatchedUv(self.uv, at=at))

    def sync(self, lock: Lock, prefix: Path, **settings: Any) -> SyncPlan:
        """Make *prefix* equal to *lock*."""
        return sync(
            lock,
            prefix,
            host=this_host(),
            engines=self.engines,
            settings=SyncSettings(**settings),
        )

    def lock(
        self,
        *requirements: Requirement,
        previous: Lock | None = None,
        reporter: Reporter | None = None,
        **settings: Any,
    ) -> Lock:
        """Lock for this machine; the channel counts when conda is asked."""
        asks_conda = any(r.ecosystem is Ecosystem.CONDA for r in requirements)
        chosen = {
            "platforms": (this_host().platform,),
            "python": PYTHON,
            "channels": (self.channel,) if asks_conda else (),
            **settings,
        }
        return lock(
            requirements,
            conda=self.rattler,
            pypi=self.uv,
            settings=LockSettings(**chosen),
            previous=previous,
            reporter=reporter,
        )


class WatchedUv:
    """A PyPI installer that lets uv do it, and tells somebody *at* which moment.

    The moments are `before installing`, `after installing` and so for `uninstalling`.
    """

    def __init__(self, uv: Uv, *, at: Callable[[str, Path], None]) -> None:
        self._uv = uv
        self._at = at
        self.find_python = uv.find_python
        self.create_venv = uv.create_venv
        self.fetch = uv.fetch

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        self._at("before installing", prefix)
        self._uv.install(prefix, packages, folder=folder, reinstall=reinstall)
        self._at("after installing", prefix)

    def uninstall(self, prefix: Path, names: Sequence[str]) -> None:
        self._at("before uninstalling", prefix)
        self._uv.uninstall(prefix, names)
        self._at("after uninstalling", prefix)


def contents(prefix: Path) -> dict[str, bytes]:
    """Read every file of *prefix* but caddis's own."""
    return {
        path.relative_to(prefix).as_posix(): path.read_bytes()
        for path in sorted(prefix.rglob("*"))
        if path.is_file() and ".caddis" not in path.parts
    }


@contextmanager
def joint_world(
    folder: Path,
    *,
    packages: Iterable[Package] = PACKAGES,
    dists: Iterable[Dist] = DISTS,
) -> Iterator[World]:
    """Build the channel and the index in *folder* and serve the index."""
    channel = folder / "channel"
    for package in packages:
        write_package(package, channel)
    write_index(dists, folder / "index")
    with serve(folder / "index") as url:
        process = UvProcess(
            indexes=(f"{url}/simple",),
            replaces_pypi=True,
            cache=folder / "cache" / "uv",
            stubs=folder / "cache" / "stubs",
        )
        # Not a lambda: some tests take a world into another process.
        store = partial(DiskPackageStore, folder / "cache", fetcher=Fetcher())
        yield World(
            folder=channel,
            channel=index_channel(channel),
            wheels=folder / "index" / "files",
            index=f"{url}/simple",
            uv=Uv(process, elsewhere=Elsewhere(packages=store)),
            rattler=Rattler(cache=folder / "cache" / "rattler"),
        )


@contextmanager
def private_places(folder: Path) -> Iterator[str]:
    """Serve a channel and an index to those who know the word; yield host and port.

    The channel, `/channel`, has python and note, the index, `/simple`, has inner.
    """
    note = Package(name="note", files={"share/note": text_file("secret\n")})
    for package in (stand_in_python(), note):
        write_package(package, folder / "channel")
    index_channel(folder / "channel")
    write_index([Dist(name="inner")], folder)
    with serve(folder, private=True) as url:
        yield url.removeprefix("http://")
