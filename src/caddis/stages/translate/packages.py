"""What the formats share: packages out of URLs, and YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from caddis.errors import ProjectError
from caddis.model.dist_names import normalize
from caddis.model.lock import LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.model.urls import public

_CONDA_FILE = re.compile(
    r"(?P<channel>.*)/(?P<subdir>[^/]+)"
    r"/(?P<name>[^/]+)-(?P<version>[^-/]+)-(?P<build>[^-/]+)\.(?:conda|tar\.bz2)"
)
_ARCHIVES = (".whl", ".tar.gz", ".zip")


def conda_package(
    url: str, *, sha256: str = "", md5: str = "", size: int = 0
) -> LockedPackage:
    """Describe the conda package at *url* by its name alone.

    Raises:
        ProjectError: it is the URL of no conda package.
    """
    url = public(url)
    found = _CONDA_FILE.fullmatch(url)
    if not found:
        raise ProjectError(f"{url} is not the URL of a conda package")
    return LockedPackage(
        name=unquote(found["name"]),
        version=unquote(found["version"]),
        ecosystem=Ecosystem.CONDA,
        files=(LockedFile(url=url, sha256=sha256, md5=md5, size=size),),
        build=found["build"],
        channel=found["channel"],
        subdir=found["subdir"],
    )


def pypi_package(
    name: str, version: str, place: str, *, sha256: str = "", editable: bool = False
) -> LockedPackage:
    """Describe the distribution *name* that comes from *place*, a URL or a path."""
    place = public(place) if "://" in place else place
    is_file = urlsplit(place).path.endswith(_ARCHIVES)
    return LockedPackage(
        name=normalize(name),
        version=version,
        ecosystem=Ecosystem.PYPI,
        files=(LockedFile(url=place, sha256=sha256),) if is_file else (),
        source="" if is_file else source_of(name, place, editable=editable),
    )


def source_of(name: str, place: str, *, editable: bool) -> str:
    """Write the direct reference to *place*, which is no single file."""
    if editable:
        return f"-e {place.removeprefix('file://')}"
    if "://" in place:
        return f"{name} @ {place}"
    return f"{name} @ file://{place}" if place.startswith("/") else place


def platform_lock(platform: str, packages: Iterable[LockedPackage]) -> PlatformLock:
    """Put the packages of one *platform* together."""
    every = tuple(sorted(packages, key=lambda p: (p.ecosystem.value, p.name)))
    python = next((p.version for p in every if p.name == "python"), "")
    return PlatformLock(platform=platform, python=python, packages=every)


def load_yaml(text: str) -> Mapping[str, Any]:
    """Read YAML.

    Raises:
        ValueError: it is none, or no mapping.
    """
    # Here, because a YAML reader is slow to import.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    if not isinstance(data, Mapping):
        raise ValueError("it is not a mapping")
    return data
