"""A lock: for each platform every package, its exact file, and why it is there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caddis.errors import ProjectError
from caddis.model.cutoff import Cutoff
from caddis.model.ecosystem import Ecosystem
from caddis.model.platforms import holds

PROJECT = "-e ."
"""The source of the project that a lock is made for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedFile:
    """One downloadable file that a lock vouches for."""

    url: str
    """Without credentials."""
    sha256: str
    """Lower-case hex, 64 characters; empty for a source that has none (VCS,
    editable, local path)."""
    size: int = 0
    """Bytes; 0 when the index does not tell."""
    md5: str = ""
    """Lower-case hex; known of conda packages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LockedPackage:
    """One package of one platform's environment."""

    name: str
    version: str
    ecosystem: Ecosystem
    files: tuple[LockedFile, ...]
    """One for conda; for PyPI each wheel or sdist that may be chosen."""
    build: str = ""
    """Conda build string; empty for PyPI."""
    channel: str = ""
    """Channel or index the package came from, without credentials."""
    subdir: str = ""
    """Conda only: `noarch`, `linux-64` …"""
    build_number: int = 0
    noarch: str = ""
    """Conda only: `python`, `generic` or empty."""
    provides: tuple[str, ...] = ()
    """Conda only: PyPI names of the distributions inside; uv sees them as installed
    and never installs them a second time."""
    depends: tuple[str, ...] = ()
    """What the package's own metadata asks for."""
    constrains: tuple[str, ...] = ()
    """Conda only: what must hold for packages that happen to be there."""
    license: str = ""
    """Conda only: as the channel states it."""
    site_packages: str = ""
    """Conda's Python only: where noarch packages go, if not in the usual place."""
    marker: str = ""
    extras: tuple[str, ...] = ()
    source: str = ""
    """For VCS, editable and local packages: the direct reference as pip takes it
    (`git+https://…@commit`, `-e ./lib`)."""
    why: tuple[str, ...] = ()
    """Sorted: names of packages that need it, `asked` when the user did, or
    `import cv2` when code did."""
    groups: tuple[str, ...] = ()
    """Dependency groups it belongs to; empty for run time alone, with `""` among
    them when it is needed at run time as well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformLock:
    """The packages of one platform."""

    platform: str
    """Conda's name: `linux-64`, `osx-arm64`, `win-64` …"""
    python: str
    """`3.11`, or `3.11.7` when exact."""
    virtual_packages: tuple[str, ...] = ()
    """`__glibc=2.36=0` …: what the solve assumed of the machine."""
    packages: tuple[LockedPackage, ...] = ()
    """Sorted by ecosystem and name."""

    def of(self, ecosystem: Ecosystem) -> tuple[LockedPackage, ...]:
        """Select the packages of one *ecosystem*."""
        return tuple(p for p in self.packages if p.ecosystem is ecosystem)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """What `caddis.lock` holds."""

    platforms: tuple[PlatformLock, ...]
    requested: tuple[str, ...] = ()
    """What was asked for, as `conda:numpy >=2` or `pypi:requests`, sorted; with a
    marker, ` ; sys_platform == 'win32'`, where it is meant for some platforms only."""
    channels: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    """`NAME=value`, set when the environment is activated; sorted."""
    pins: tuple[str, ...] = ()
    """Match specs that conda keeps to in the environment (`conda-meta/pinned`)."""
    options: tuple[str, ...] = ()
    """Options of `caddis lock` that decided what it holds, without credentials."""
    cutoff: Cutoff | None = None
    """What counted as newest, where it was said how long ago."""
    inputs: str = ""
    """Hash of the normalized inputs: `--check` compares it without a solve."""

    def requested_on(self, platform: str) -> tuple[str, ...]:
        """List what was asked for on *platform*; conda's specs are without markers."""
        found = []
        for text in self.requested:
            spec, _, marker = text.partition(" ; ")
            if not text.startswith("conda:"):
                found.append(text)
            elif holds(marker, platform, self.for_platform(platform).python):
                found.append(spec)
        return tuple(found)

    def without_project(self) -> Lock:
        """Leave the project itself out; what it needs stays."""
        parts = (
            replace(
                part,
                packages=tuple(p for p in part.packages if p.source != PROJECT),
            )
            for part in self.platforms
        )
        asked = tuple(text for text in self.requested if text != f"pypi:{PROJECT}")
        return replace(self, platforms=tuple(parts), requested=asked)

    def for_platform(self, platform: str) -> PlatformLock:
        """Find the part for *platform*.

        Raises:
            ProjectError: the lock was not made for it.
        """
        for part in self.platforms:
            if part.platform == platform:
                return part
        known = ", ".join(part.platform for part in self.platforms) or "none"
        raise ProjectError(
            f"The lock has no packages for {platform}, only for: {known}",
            hint=f"Lock again with --platform {platform}.",
        )
