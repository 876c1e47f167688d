"""A channel from which much of what was once exported is gone.

Sixty packages that depend on each other, each with some builds. The names say what
became of the pins in `export`: builds were removed, patch versions superseded, a
version withdrawn, a package renamed, two packages grown apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.support.channel.engine import index_channel
from tests.support.channel.package import Package, write_package
from tests.support.channel.tiny import stand_in_python
from tests.support.index import Dist, write_index

SIZE = 60
INDEX_SIZE = 20


def museum_channel(path: Path) -> str:
    """Write the channel into *path*, index it, and return its URL."""
    write_package(stand_in_python(), path)
    for package in museum_packages():
        write_package(package, path, level=1)
    return index_channel(path)


def museum_packages() -> Iterator[Package]:
    """Describe every package that is left."""
    for number in range(SIZE):
        needs = (f"p{number // 2:02} >=1",) if number > 1 else ()
        for version in ("1.2.3", "1.2.5", "1.3.0", "2.0.0"):
            yield _package(f"p{number:02}", version, "h1_1", *needs)
    yield _package("gone-build", "1.0.0", "h2_0")
    yield _package("gone-patch", "1.2.4", "h1_0")
    yield _package("gone-patch", "1.2.9", "h1_0")
    yield _package("gone-minor", "1.5.0", "h1_0")
    yield _package("gone-version", "3.0", "h1_0")
    yield _package("new-name", "1.0", "h1_0")
    yield _package("core", "1.0", "h1_0")
    yield _package("core", "2.0", "h1_0")
    for version in ("1.0.0", "1.1.0"):
        core = "core >=2" if version == "1.0.0" else "core >=1"
        yield _package("tool", version, "h1_0", core)
    yield _package("old-friend", "1.0.0", "h1_0", "core <2")
    yield _package("enemy", "1.0", "h1_0", "core >=2")
    yield _package("rival", "1.0", "h1_0", "core <2")


def export(*, channel: str) -> str:
    """Write what somebody exported when all of it was there: sixty-odd exact pins."""
    lines = ["name: museum", "channels:", f"  - {channel}", "dependencies:"]
    lines += [f"  - p{number:02}=1.2.3=h1_{number % 3}" for number in range(SIZE)]
    lines += [
        "  - gone-build=1.0.0=h1_0",
        "  - gone-patch=1.2.3=h1_0",
        "  - gone-minor=1.2.3=h1_0",
        "  - gone-version=1.2.3=h1_0",
        "  - new_name=1.0=h1_0",
        "  - tool=1.0.0=h1_0",
        "  - old-friend=1.0.0=h1_0  # keep an eye on it",
    ]
    return "\n".join(lines) + "\n"


def museum_index(path: Path) -> str:
    """Write an index that lost some of `pip_section` into *path*; return its URL."""
    dists = [
        Dist(
            name=f"q{number:02}",
            version=version,
            requires=(f"q{number // 2:02}>=1",) if number > 1 else (),
        )
        for number in range(INDEX_SIZE)
        for version in ("1.0.0", "1.2.3", "1.2.5", "2.0.0")
    ]
    dists += [
        Dist(name="web", version="2.19.1", requires=("names<2.8",)),
        Dist(name="web", version="2.31", requires=("names",)),
        Dist(name="names", version="2.7"),
        Dist(name="names", version="3.6.1"),
    ]
    return write_index(tuple(dists), path).as_uri()


def pip_section() -> str:
    """Write what the same person had from PyPI: a third of it is gone, two clash."""
    lines = ["  - python", "  - pip:"]
    lines += [
        f"      - q{number:02}==1.2.{3 if number % 3 else 4}"
        for number in range(INDEX_SIZE)
    ]
    lines += ["      - web==2.19.1", "      - names==3.6.0"]
    return "\n".join(lines) + "\n"


def _package(name: str, version: str, build: str, *depends: str) -> Package:
    return Package(name=name, version=version, build=build, depends=depends)
