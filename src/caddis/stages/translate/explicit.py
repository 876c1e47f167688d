"""Conda's explicit files: `@EXPLICIT` and a URL a line."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.model.lock import Lock, LockedPackage
from caddis.stages.translate.packages import conda_package, platform_lock

_MARK = "@EXPLICIT"
_PLATFORM = "# platform:"


def is_explicit(text: str) -> bool:
    """Say whether *text* is that of an explicit file."""
    return any(line.strip() == _MARK for line in text.splitlines()[:50])


def read_explicit(text: str, platform: str, python: str) -> Lock:  # noqa: ARG001
    """Read an explicit file; *platform* is for one that names none."""
    lines = [line.strip() for line in text.splitlines()]
    told = (line.removeprefix(_PLATFORM).strip() for line in lines if _is_told(line))
    packages = tuple(_packages(lines))
    return Lock(
        platforms=(platform_lock(next(told, platform), packages),),
        channels=tuple(dict.fromkeys(package.channel for package in packages)),
    )


def _is_told(line: str) -> bool:
    return line.startswith(_PLATFORM)


def _packages(lines: list[str]) -> Iterator[LockedPackage]:
    for line in lines:
        if line and not line.startswith(("#", "@")):
            url, _, digest = line.partition("#")
            kind, colon, value = digest.rpartition(":")
            is_md5 = not colon or kind == "md5"
            yield conda_package(
                url, sha256="" if is_md5 else value, md5=value if is_md5 else ""
            )
