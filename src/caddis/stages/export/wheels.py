"""The one file of a distribution, for formats that name no more."""

from __future__ import annotations

from collections.abc import Sequence

from caddis.model.lock import LockedFile, PlatformLock

_SYSTEMS = {
    "linux-64": ("manylinux", "x86_64"),
    "linux-aarch64": ("manylinux", "aarch64"),
    "osx-64": ("macosx", "x86_64"),
    "osx-arm64": ("macosx", "arm64"),
    "win-64": ("win", "amd64"),
}


def best_file(files: Sequence[LockedFile], part: PlatformLock) -> LockedFile:
    """Choose the file that is most made for Python and platform of *part*."""
    if len(files) == 1:
        return files[0]
    return max(files, key=lambda file: _rank(file, part))


def _rank(file: LockedFile, part: PlatformLock) -> tuple[int, int]:
    # Here, because it takes long to import and most formats do not choose.
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        _, _, _, tags = parse_wheel_filename(file.url.rpartition("/")[2])
    except InvalidWheelFilename:
        return (1, 0)
    system, machine = _SYSTEMS.get(part.platform, ("", ""))
    python = "cp" + "".join(part.python.split(".")[:2])
    ranks = []
    for tag in tags:
        here = tag.platform == "any" or (
            tag.platform.startswith(system) and tag.platform.endswith(machine)
        )
        runs = tag.interpreter in {python, "py3"} or tag.abi == "abi3"
        ranks.append((2 if here and runs else 0, int(tag.interpreter == python)))
    return max(ranks)
