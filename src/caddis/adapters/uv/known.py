"""What uv knows of distributions: the metadata that it keeps in its cache.

uv's answers have neither Requires-Python nor the names of extras, but uv reads both of
every distribution that it looks at. The layout of its cache is uv's own affair: what
cannot be read as it is today is not known, and nothing rests on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from caddis.adapters.uv.process import UvProcess

_BUCKETS = ("wheels-v", "sdists-v")
_NIL = 0xC0
_TEXT = (0xA0, 0xBF, {0xD9: 1, 0xDA: 2, 0xDB: 4})
_LIST = (0x90, 0x9F, {0xDC: 2, 0xDD: 4})
"""MessagePack's marks: the first and the last that have the length in them, and how
many bytes of length follow the others."""


class Metadata(NamedTuple):
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
        self._names: dict[str, frozenset[str]] = {}

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

    def _has(self, place: str, name: str) -> bool:
        if place not in self._names:
            self._names[place] = frozenset(_names(place))
        return name in self._names[place]

    @cached_property
    def _places(self) -> list[str]:
        """Folders with a folder for each distribution, what changed last first.

        There is one for each index that was ever used on the machine.
        """
        if self._cache is None:
            return []
        names = (name for name in _names(self._cache) if name.startswith(_BUCKETS))
        buckets = [f"{self._cache}/{name}" for name in names]
        places = [
            f"{each}/index/{n}" for each in buckets for n in _names(f"{each}/index")
        ]
        places += filter(os.path.isdir, (f"{each}/pypi" for each in buckets))
        return sorted(places, key=os.path.getmtime, reverse=True)


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
    """Read the metadata of *name* out of *file*; None when that is not in it."""
    try:
        with open(file, "rb", buffering=0) as stream:
            found, metadata = _parse(stream.read())
    except (OSError, ValueError, LookupError):
        return None
    return metadata if found == name else None


def _parse(data: bytes) -> tuple[str, Metadata]:
    """Read name, version, needs, Requires-Python and extras, in this order."""
    _, place = _length(data, 0, _LIST)
    name, place = _text(data, place)
    _, place = _text(data, place)
    needs, place = _length(data, place, _LIST)
    for _ in range(needs):
        length, place = _length(data, place, _TEXT)
        place += length
    python, place = _text(data, place)
    count, place = _length(data, place, _LIST)
    extras = []
    for _ in range(count):
        extra, place = _text(data, place)
        extras.append(extra)
    return name, Metadata(requires_python=python, extras=tuple(extras))


def _text(data: bytes, start: int) -> tuple[str, int]:
    """Decode the text at *start*, if there is one; also give where it ends."""
    if data[start] == _NIL:
        return "", start + 1
    length, place = _length(data, start, _TEXT)
    return data[place : place + length].decode(), place + length


def _length(
    data: bytes, start: int, kind: tuple[int, int, Mapping[int, int]]
) -> tuple[int, int]:
    """Read the length of what is at *start*, which is of *kind*, and where it begins.

    Raises:
        LookupError: it is not of that kind.
    """
    first, last, longer = kind
    mark = data[start]
    if first <= mark <= last:
        return mark - first, start + 1
    end = start + 1 + longer[mark]
    return int.from_bytes(data[start + 1 : end], "big"), end
