"""What uv knows of distributions: the metadata that it keeps in its cache.

uv's answers have neither Requires-Python nor the names of extras, but uv reads both of
every distribution that it looks at. The layout of its cache is uv's own affair: what
cannot be read as it is today is not known, and nothing rests on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from caddis.adapters.uv.process import UvProcess

_NIL, _FALSE, _TRUE = 0xC0, 0xC2, 0xC3
_LENGTHS = {0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4}
"""Bytes of the length that follows the mark of a longer text or list."""
_Value = str | bool | list["_Value"] | None  # type: ignore[misc, unused-ignore]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metadata:
    """What a distribution says of itself."""

    requires_python: str = ""
    """`>=3.8,<3.13`; empty for any."""
    extras: tuple[str, ...] = ()
    """Normalized names."""


class KnownMetadata:
    """The metadata of the distributions that uv looked at lately."""

    def __init__(self, cache: Path | None) -> None:
        """Take uv's *cache*; where it is not found, nothing is known."""
        self._cache = cache
        self._names: dict[Path, frozenset[str]] = {}

    def of(self, name: str, version: str) -> Metadata | None:
        """Read what *name* says in *version*; None when that is not known."""
        for at, place in enumerate(self._places):
            if not self._has(place, name):
                continue
            for file in _files(f"{place}/{name}", version):
                if found := _read(file, name):
                    # The next is most likely there, too.
                    self._places.insert(0, self._places.pop(at))
                    return found
        return None

    def _has(self, place: Path, name: str) -> bool:
        if place not in self._names:
            self._names[place] = frozenset(_names(place))
        return name in self._names[place]

    @cached_property
    def _places(self) -> list[Path]:
        """Folders with a folder for each distribution, what changed last first.

        There is one for each index that was ever used on the machine.
        """
        if self._cache is None:
            return []
        kinds = ("wheels-v*", "sdists-v*")
        buckets = [found for kind in kinds for found in self._cache.glob(kind)]
        places = [place for each in buckets for place in each.glob("index/*")]
        places += [bucket / "pypi" for bucket in buckets if (bucket / "pypi").is_dir()]
        return sorted(places, key=lambda place: -place.stat().st_mtime)


def known_to(process: UvProcess) -> KnownMetadata:
    """Give what *process* knows."""
    return KnownMetadata(process.cache or cache_of(process.environment))


def cache_of(environment: Mapping[str, str]) -> Path | None:
    """Find uv's own cache where that is usual; None when it is elsewhere."""
    if chosen := environment.get("UV_CACHE_DIR"):
        return Path(chosen)
    home = environment.get("XDG_CACHE_HOME") or f"{environment.get('HOME', '')}/.cache"
    windows = environment.get("LOCALAPPDATA", "")
    found = Path(windows, "uv", "cache") if windows else Path(home, "uv")
    return found if found.is_dir() else None


def _names(folder: str | Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _files(folder: str, version: str) -> Iterator[str]:
    """Yield what is kept of *version*: wheels by a name, sources in a folder.

    What most wheels are called comes first: a folder takes longer to list than a file
    to open.
    """
    yield f"{folder}/{version}-py3-none-any.msgpack"
    for name in _names(folder):
        if name.startswith(f"{version}-") and name.endswith(".msgpack"):
            yield f"{folder}/{name}"
        elif name == version:
            yield from map(str, Path(folder, name).glob("*/metadata.msgpack"))


def _read(file: str, name: str) -> Metadata | None:
    """Read name, version, needs, Requires-Python and extras, in this order."""
    try:
        with open(file, "rb", buffering=0) as stream:
            value, _ = _decode(stream.read(), 0)
    except (OSError, ValueError, IndexError):
        return None
    match value:
        case [str(found), str(), list(), None | str() as python, list(extras), *_]:
            if found == name:
                known = tuple(extra for extra in extras if isinstance(extra, str))
                return Metadata(requires_python=python or "", extras=known)
    return None


def _decode(data: bytes, start: int) -> tuple[_Value, int]:
    """Decode the MessagePack value at *start*; also give where it ends."""
    mark, place = data[start], start + 1
    if mark in {_NIL, _FALSE, _TRUE}:
        return (None if mark == _NIL else mark == _TRUE), place
    if width := _LENGTHS.get(mark, 0):
        length = int.from_bytes(data[place : place + width], "big")
        place += width
    elif 0x90 <= mark <= 0xBF:
        length = mark & (0x0F if mark < 0xA0 else 0x1F)
    else:
        raise ValueError(f"{mark:#x} is not expected in metadata")
    if mark in {0xDC, 0xDD} or mark < 0xA0:
        items: list[_Value] = []
        for _ in range(length):
            item, place = _decode(data, place)
            items.append(item)
        return items, place
    return data[place : place + length].decode(), place + length
