"""pixi.lock, in version 6 of rattler-lock.

rattler's own writer loses hashes and editables of PyPI packages and keeps the
credentials in URLs, so this is written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caddis.model.direct import place_of
from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.model.urls import PYPI
from caddis.stages.export.exported import Exported, parts_of, without_groups
from caddis.stages.export.wheels import best_file
from caddis.stages.export.yaml_text import yaml_lines


def pixi_text(lock: Lock, platform: str) -> Exported:
    """Write *lock* as the default environment of a pixi.lock."""
    parts = parts_of(lock, platform)
    environment: dict[str, Any] = {
        "channels": [{"url": f"{url.rstrip('/')}/"} for url in lock.channels],
        "indexes": list(lock.indexes) or [PYPI],
        "packages": {part.platform: _references(part) for part in parts},
    }
    packages = {_place(p, part): p for part in parts for p in part.packages}
    document = {
        "version": 6,
        "environments": {"default": environment},
        "packages": [dict(_package(packages[p], p)) for p in sorted(packages)],
    }
    losses = without_groups(packages.values(), "the default environment of pixi.lock")
    return Exported(text="\n".join(yaml_lines(document)) + "\n", losses=losses)


def _references(part: PlatformLock) -> list[dict[str, str]]:
    return [{p.ecosystem.value: _place(p, part)} for p in part.packages]


def _place(package: LockedPackage, part: PlatformLock) -> str:
    if package.source:
        return place_of(package.source)
    return best_file(package.files, part).url


def _package(package: LockedPackage, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a package; those that say nothing are left out."""
    yield package.ecosystem.value, place
    of_kind = _conda if package.ecosystem is Ecosystem.CONDA else _pypi
    yield from ((key, value) for key, value in of_kind(package, place) if value)


def _conda(package: LockedPackage, _: str) -> Iterator[tuple[str, Any]]:
    yield "name", package.name
    yield "version", package.version
    yield "build", package.build
    yield "build_number", package.build_number
    yield "subdir", package.subdir
    yield "noarch", package.noarch
    yield "sha256", package.files[0].sha256
    yield "md5", package.files[0].md5
    yield "depends", list(package.depends)
    yield "constrains", list(package.constrains)
    yield "size", package.files[0].size


def _pypi(package: LockedPackage, place: str) -> Iterator[tuple[str, Any]]:
    yield "name", package.name
    yield "version", package.version or "0"
    yield "sha256", next((f.sha256 for f in package.files if f.url == place), "")
    yield "requires_dist", list(package.depends)
    yield "editable", package.source.startswith("-e ")
