"""What a lock is made from, and its hash."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from caddis.model.cutoff import Cutoff
from caddis.model.requirements import Ecosystem, Requirement
from caddis.model.urls import public


@dataclass(frozen=True, kw_only=True, slots=True)
class LockSettings:
    """How to lock."""

    platforms: tuple[str, ...]
    """Conda's names, `linux-64` …"""
    python: str
    """`3.11` or `3.11.7`; a conda requirement on python goes before it."""
    channels: tuple[str, ...] = ()
    """Most wanted first; none means PyPI alone."""
    indexes: tuple[str, ...] = ()
    """PyPI indexes, most wanted first; empty for the engine's own."""
    find_links: tuple[str, ...] = ()
    """Folders and pages with further files."""
    pip_options: tuple[str, ...] = ()
    """Which files of PyPI count, in pip's words."""
    constraints: tuple[Requirement, ...] = ()
    """PyPI limits that ask for nothing themselves."""
    virtual_packages: tuple[str, ...] = ()
    """`__glibc=2.36` …, in place of what is assumed of each platform."""
    variables: tuple[str, ...] = ()
    """`NAME=value`, for the activated environment."""
    exclude_newer: Cutoff | None = None
    """After which nothing exists."""
    engine_settings: tuple[str, ...] = ()
    """What the engine for PyPI reads beside the project by itself, `key=value`."""
    options: tuple[str, ...] = ()
    """What was typed of all this, as the lock keeps it for later comparisons."""
    folder: Path = Path()
    """The project, where relative paths in requirements start."""
    upgrade: bool = False
    """Take nothing from the previous lock."""
    upgrade_packages: frozenset[str] = frozenset()
    """Normalized names to take nothing of from the previous lock."""

    @property
    def until(self) -> str:
        """The moment after which nothing exists; empty for no limit."""
        return self.exclude_newer.until if self.exclude_newer else ""

    @property
    def public_channels(self) -> tuple[str, ...]:
        """The channels without credentials."""
        return tuple(map(public, self.channels))

    @property
    def public_indexes(self) -> tuple[str, ...]:
        """The indexes without credentials."""
        return tuple(map(public, self.indexes))


def requested(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    """List what was asked for as the lock keeps it."""
    return tuple(sorted({f"{r.ecosystem.value}:{_asked(r)}" for r in requirements}))


def _asked(requirement: Requirement) -> str:
    """Give the spec with its marker, which PyPI's has already."""
    of_conda = requirement.ecosystem is Ecosystem.CONDA
    marker = f" ; {requirement.marker}" if of_conda and requirement.marker else ""
    return f"{public(requirement.spec)}{marker}"


def hash_inputs(requirements: Iterable[Requirement], settings: LockSettings) -> str:
    """Hash all that decides a lock, so that a check needs no solve."""
    # Here, because a first lock does this while channels are read, or later.
    import hashlib
    import json

    asked = sorted(
        (
            *(r.ecosystem.value, public(r.spec), r.marker, r.group),
            *(*sorted(r.hashes), *r.unless, *filter(None, (public(r.index),))),
            *(("flat",) if r.index_is_flat else ()),
        )
        for r in requirements
    )
    content = {
        "requirements": asked,
        "platforms": sorted(settings.platforms),
        "python": settings.python,
        "channels": settings.public_channels,
        "constraints": sorted(limit.spec for limit in settings.constraints),
        "indexes": settings.public_indexes,
        "find_links": sorted(_shown(p, settings) for p in settings.find_links),
        "pip_options": sorted(settings.pip_options),
        "virtual_packages": sorted(settings.virtual_packages),
        "variables": sorted(settings.variables),
        "exclude_newer": settings.exclude_newer.said if settings.exclude_newer else "",
    }
    if settings.engine_settings:
        content["engine_settings"] = settings.engine_settings
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(place: str, settings: LockSettings) -> str:
    """Give a folder relative to the project, so that the project may be elsewhere."""
    if "://" in place:
        return public(place)
    return Path(os.path.relpath(place, settings.folder)).as_posix()
