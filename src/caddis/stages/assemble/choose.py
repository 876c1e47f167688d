"""Which of a distribution's files fits the platform best.

The lock lists every wheel that may be chosen. The order is that of installers:
https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from caddis.errors import ResolveError
from caddis.model.lock import LockedFile, LockedPackage, PlatformLock

_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
"""By the minor version of glibc 2."""
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}
_ASSUMED_GLIBC = "2.28"
_ASSUMED_MACOS = "13.0"


def platform_tags(part: PlatformLock, *, python: str) -> dict[Tag, int]:
    """Rank the tags that fit *part*'s platform and *python*, the best with 0."""
    major, minor, *_ = map(int, python.split("."))
    platforms = list(_platforms(part))
    tags = (
        *cpython_tags((major, minor), platforms=platforms),
        *compatible_tags((major, minor), f"cp{major}{minor}", platforms),
    )
    return {tag: rank for rank, tag in reversed(list(enumerate(tags)))}


def choose_wheel(
    package: LockedPackage, *, ranks: dict[Tag, int], platform: str
) -> LockedFile | None:
    """Choose the wheel of *package* that fits best; None when only sources do.

    Raises:
        ResolveError: it has wheels, and none fits.
    """
    fitting = []
    wheels = [file for file in package.files if is_wheel(file)]
    for file in wheels:
        rank = _rank(file, ranks)
        if rank is not None:
            fitting.append((rank, file.url, file))
    if fitting:
        return min(fitting, key=lambda found: found[:2])[2]
    if len(wheels) < len(package.files) or package.source:
        return None
    raise ResolveError(
        f"No wheel of {package.name} {package.version} in the lock fits {platform}",
        hint=f"Lock again with --platform {platform}.",
    )


def is_wheel(file: LockedFile) -> bool:
    """Say whether *file* is a wheel."""
    return _name(file).endswith(".whl")


def _name(file: LockedFile) -> str:
    return unquote(PurePosixPath(urlsplit(file.url).path).name)


def _rank(file: LockedFile, ranks: dict[Tag, int]) -> tuple[int, int, str] | None:
    """Say how good a wheel is: by its best tag, then the highest build number."""
    try:
        _, _, build, tags = parse_wheel_filename(_name(file))
    except InvalidWheelFilename:
        return None
    fitting = [ranks[tag] for tag in tags if tag in ranks]
    if not fitting:
        return None
    number, text = build or (0, "")
    return min(fitting), -number, text


def _platforms(part: PlatformLock) -> Iterable[str]:
    system, _, width = part.platform.partition("-")
    assumed = dict(
        text.split("=")[:2] for text in part.virtual_packages if text.count("=") == 2
    )
    if system == "linux":
        machine = {"64": "x86_64"}.get(width, width)
        return _linux(machine, assumed.get("__glibc") or _ASSUMED_GLIBC)
    if system == "osx":
        major, minor, *_ = (*assumed.get("__osx", _ASSUMED_MACOS).split("."), "0")
        machine = {"64": "x86_64"}.get(width, width)
        return mac_platforms((int(major), int(minor)), machine)
    return [{"64": "win_amd64", "arm64": "win_arm64"}.get(width, "win32")]


def _linux(machine: str, glibc: str) -> Iterator[str]:
    newest = int(glibc.split(".")[1])
    for minor in range(newest, _OLDEST_GLIBC.get(machine, 17) - 1, -1):
        yield f"manylinux_2_{minor}_{machine}"
        if minor in _OLD_NAMES:
            yield f"{_OLD_NAMES[minor]}_{machine}"
    yield f"linux_{machine}"
