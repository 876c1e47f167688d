"""pixi.lock: rattler-lock in the versions 4 to 6.

https://docs.rs/rattler_lock
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from caddis.errors import ProjectError
from caddis.model.lock import Lock, LockedPackage
from caddis.model.urls import PYPI
from caddis.stages.translate.packages import (
    conda_package,
    load_yaml,
    platform_lock,
    pypi_package,
)

_DEFAULT = "default"


def read_pixi(text: str, platform: str, python: str) -> Lock:  # noqa: ARG001
    """Read the default environment of a pixi.lock, or the only one."""
    data = load_yaml(text)
    environments = data["environments"]
    environment = environments.get(_DEFAULT) or _only(environments)
    packages = {_place(entry): entry for entry in data["packages"]}
    return Lock(
        platforms=tuple(
            platform_lock(name, (_package(ref, packages) for ref in references))
            for name, references in environment["packages"].items()
        ),
        channels=tuple(str(c["url"]).rstrip("/") for c in environment["channels"]),
        indexes=tuple(i for i in environment.get("indexes") or () if not _is_usual(i)),
    )


def _only(environments: Mapping[str, Any]) -> Any:
    if len(environments) != 1:
        names = ", ".join(environments)
        raise ProjectError(f"A pixi.lock of several environments: {names}")
    return next(iter(environments.values()))


def _place(entry: Mapping[str, Any]) -> str:
    # Version 4 and 5 have the kind and the place in fields of their own.
    found = entry.get("conda") or entry.get("pypi") or entry.get("url")
    return str(found or entry["path"])


def _package(
    reference: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]]
) -> LockedPackage:
    place = _place(reference)
    entry = packages[place]
    sha256 = str(entry.get("sha256") or "")
    if "conda" in reference:
        found = conda_package(
            place,
            sha256=sha256,
            md5=str(entry.get("md5") or ""),
            size=entry.get("size") or 0,
        )
        return replace(
            found,
            build_number=entry.get("build_number") or 0,
            noarch=str(entry.get("noarch") or ""),
            depends=tuple(entry.get("depends") or ()),
            constrains=tuple(entry.get("constrains") or ()),
            license=str(entry.get("license") or ""),
            site_packages=str(entry.get("python_site_packages_path") or ""),
        )
    dist = pypi_package(
        entry["name"],
        str(entry.get("version") or ""),
        place,
        sha256=sha256,
        editable=bool(entry.get("editable")),
    )
    return replace(
        dist,
        # For a folder whose version is not known there has to be one.
        version="" if dist.source and dist.version == "0" else dist.version,
        depends=tuple(entry.get("requires_dist") or ()),
        extras=tuple(reference.get("extras") or ()),
    )


def _is_usual(index: str) -> bool:
    return index.rstrip("/") == PYPI
