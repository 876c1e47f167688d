"""pylock.toml: https://packaging.python.org/en/latest/specifications/pylock-toml/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from caddis.errors import ProjectError
from caddis.model.dist_names import normalize
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.platforms import holds
from caddis.model.pythons import is_allowed
from caddis.model.requirements import Ecosystem
from caddis.model.urls import public
from caddis.stages.translate.packages import source_of

_EXACT = re.compile(r"==\s*(\d+\.\d+)(?:\.\*)?$")


def read_pylock(text: str, platform: str, python: str) -> Lock:
    """Read what a pylock.toml has for *platform* and *python*.

    Raises:
        ProjectError: it is not for *python*.
    """
    # Here, because only one format of four is TOML.
    import tomlkit

    data = tomlkit.parse(text).unwrap()
    minor = _python(str(data.get("requires-python", "")).strip(), python)
    packages = [
        _package(entry)
        for entry in data.get("packages", ())
        if holds(str(entry.get("marker", "")), platform, minor)
    ]
    part = PlatformLock(
        platform=platform,
        python=minor,
        packages=tuple(sorted(packages, key=lambda package: package.name)),
    )
    indexes = dict.fromkeys(p.channel for p in packages if p.channel)
    return Lock(platforms=(part,), indexes=tuple(indexes))


def _python(wanted: str, python: str) -> str:
    """Choose a Python of those that are *wanted*: the only one, or *python*."""
    exact = _EXACT.search(wanted)
    if exact or not (wanted and python):
        return exact[1] if exact else python
    if not is_allowed(python, wanted):
        raise ProjectError(
            f"pylock.toml is for Python {wanted}, not for {python}",
            hint="Name one that it is for, as --python 3.13.",
        )
    return python


def _package(entry: Mapping[str, Any]) -> LockedPackage:
    files = tuple(_files(entry))
    return LockedPackage(
        name=normalize(entry["name"]),
        version=str(entry.get("version", "")),
        ecosystem=Ecosystem.PYPI,
        files=files,
        channel=public(str(entry.get("index", ""))),
        source=_source(entry),
    )


def _files(entry: Mapping[str, Any]) -> Iterator[LockedFile]:
    singles = (entry[key] for key in ("sdist", "archive") if key in entry)
    for file in (*entry.get("wheels", ()), *singles):
        yield LockedFile(
            url=public(str(file.get("url") or file["path"])),
            sha256=str(file.get("hashes", {}).get("sha256", "")),
            size=file.get("size", 0),
        )


def _source(entry: Mapping[str, Any]) -> str:
    """Write the direct reference; empty for what an index has."""
    name = str(entry["name"])
    if vcs := entry.get("vcs"):
        below = vcs.get("subdirectory")
        fragment = f"#subdirectory={below}" if below else ""
        place = public(str(vcs.get("url") or vcs["path"]))
        return f"{name} @ {vcs['type']}+{place}@{vcs['commit-id']}{fragment}"
    if folder := entry.get("directory"):
        editable = bool(folder.get("editable"))
        return source_of(name, str(folder["path"]), editable=editable)
    if archive := entry.get("archive"):
        return f"{name} @ {public(str(archive.get('url') or archive['path']))}"
    return ""
