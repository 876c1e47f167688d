"""conda-lock.yml, version 1.

https://github.com/conda/conda-lock/blob/main/conda_lock/lockfile/v1/models.py
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from caddis.model.lock import Lock, LockedPackage
from caddis.stages.translate.packages import (
    conda_package,
    load_yaml,
    platform_lock,
    pypi_package,
)

_MAIN = "main"


def read_conda_lock(text: str, platform: str, python: str) -> Lock:  # noqa: ARG001
    """Read a conda-lock.yml."""
    data = load_yaml(text)
    metadata = data["metadata"]
    packages: dict[str, list[LockedPackage]] = {
        platform: [] for platform in metadata["platforms"]
    }
    for entry in data["package"]:
        packages[entry["platform"]].append(_package(entry))
    return Lock(
        platforms=tuple(platform_lock(*part) for part in packages.items()),
        channels=tuple(str(channel["url"]) for channel in metadata["channels"]),
    )


def _package(entry: Mapping[str, Any]) -> LockedPackage:
    digests = entry.get("hash") or {}
    sha256 = str(digests.get("sha256") or "")
    needs = (entry.get("dependencies") or {}).items()
    depends = tuple(f"{name} {limit}".strip() for name, limit in needs)
    category = entry.get("category") or _MAIN
    if entry["manager"] == "conda":
        found = conda_package(
            entry["url"], sha256=sha256, md5=str(digests.get("md5") or "")
        )
    else:
        name, version = entry["name"], str(entry["version"])
        found = pypi_package(name, version, entry["url"], sha256=sha256)
    groups = () if category == _MAIN else (category,)
    return replace(found, depends=depends, groups=groups)
