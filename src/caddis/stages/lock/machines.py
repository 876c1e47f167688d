"""What a lock assumes of a machine of each platform.

Fixed values, not what this machine has: the same input gives the same lock
everywhere. They are those of the oldest systems still common, and can be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ASSUMED = {
    "linux-64": ("__archspec=1=x86_64", "__glibc=2.28", "__linux=4.18", "__unix=0"),
    "linux-aarch64": (
        "__archspec=1=aarch64",
        "__glibc=2.28",
        "__linux=4.18",
        "__unix=0",
    ),
    "osx-64": ("__archspec=1=x86_64", "__osx=13.0", "__unix=0"),
    "osx-arm64": ("__archspec=1=m1", "__osx=13.0", "__unix=0"),
    "win-64": ("__archspec=1=x86_64", "__win=10"),
}


def assumed_packages(platform: str, chosen: Sequence[str]) -> tuple[str, ...]:
    """List the virtual packages of *platform* as `name=version=build`, sorted.

    *chosen* ones replace those of the same name or are added.
    """
    by_name = {_name(text): text for text in _ASSUMED.get(platform, ("__unix=0",))}
    by_name.update((_name(text), text) for text in chosen)
    return tuple(sorted(map(_complete, by_name.values())))


def glibc(virtual_packages: Iterable[str]) -> str:
    """Find the version of the C library, `2.28`; empty when there is none."""
    found = (text.split("=") for text in virtual_packages)
    return next((parts[1] for parts in found if parts[0] == "__glibc"), "")


def _name(text: str) -> str:
    return text.partition("=")[0]


def _complete(text: str) -> str:
    """Add version and build where they are left out."""
    name, version, build, *_ = (*text.split("="), "", "")
    return f"{name}={version or '0'}={build or '0'}"
