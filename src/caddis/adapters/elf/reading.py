"""Read what the dynamic loader reads of an ELF file, and nothing else.

elf(5) has the tables. They are found by the segments, as the loader finds them, so a
file without sections is read as well.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from caddis.adapters.elf.facts import Facts
from caddis.model.versions import numbers

_MAGIC = b"\x7fELF"
_LITTLE_ENDIAN = 1
_LOAD, _DYNAMIC, _LOADER = 1, 2, 3
"""Kinds of segments."""
_NEEDED, _STRINGS, _RPATH, _RUNPATH = 1, 5, 15, 29
_VERSIONS, _VERSION_COUNT = 0x6FFFFFFE, 0x6FFFFFFF
"""Tags of the dynamic table."""
_VERSION = struct.Struct("<HHIII")
"""Of one library: version, count, file, first, next."""
_NAME = struct.Struct("<IHHII")
"""Of one version: hash, flags, other, name, next."""
_MOST = 10_000
"""Entries of one kind that are read; a damaged file may say that there is no end."""


class _Form(NamedTuple):
    """How files of one word size are laid out."""

    header: struct.Struct
    """Place of the segments and the sections, then size and number of both."""
    header_at: int
    segment: struct.Struct
    order: tuple[int, int, int, int]
    """Where kind, offset, address and size stand in a segment."""
    tag: struct.Struct


_FORMS = {
    1: _Form(
        *(struct.Struct("<II6xHHHH"), 28),
        *(struct.Struct("<8I"), (0, 1, 2, 4)),
        struct.Struct("<iI"),
    ),
    2: _Form(
        *(struct.Struct("<QQ6xHHHH"), 32),
        *(struct.Struct("<IIQQQQQQ"), (0, 2, 3, 5)),
        struct.Struct("<qQ"),
    ),
}
"""By the class of the file: 32 and 64 bits."""


class _Segment(NamedTuple):
    kind: int
    offset: int
    address: int
    size: int


def read(path: Path) -> Facts:
    """Read *path*; nothing of what is no ELF file, or a damaged one."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return Facts()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _facts_of(content)
    except (OSError, struct.error, LookupError, OverflowError, ValueError):
        return Facts()


def _facts_of(content: mmap.mmap) -> Facts:
    form, segments, end = _layout(content)
    tags = list(_tags(content, form, segments))
    table = {tag: value for _, tag, value in tags}
    if _STRINGS not in table:
        return Facts()
    strings = _offset(table[_STRINGS], segments)

    def text(place: int) -> str:
        start = strings + place
        end = content.find(b"\0", start)
        return content[start:end].decode()

    folders = [text(value) for _, tag, value in tags if tag in (_RPATH, _RUNPATH)]
    names: list[str] = []
    if _VERSIONS in table:
        first = _offset(table[_VERSIONS], segments)
        count = min(table.get(_VERSION_COUNT, 0), _MOST)
        names = [text(place) for place in _version_names(content, first, count)]
    return Facts(
        needed=tuple(text(value) for _, tag, value in tags if tag == _NEEDED),
        folders=tuple(filter(None, ":".join(folders).split(":"))),
        glibc=_newest_glibc(names),
        closed_at=tuple(place for place, tag, _ in tags if tag == _RUNPATH),
        program=any(s.kind == _LOADER for s in segments) and len(content) <= end,
    )


def _layout(content: mmap.mmap) -> tuple[_Form, list[_Segment], int]:
    """Give the segments, and where the last part of the file ends."""
    form = _FORMS.get(content[4])
    if form is None or content[5] != _LITTLE_ENDIAN:
        raise ValueError("an ELF file of another kind")
    header = form.header.unpack_from(content, form.header_at)
    start, sections, size, count, section_size, section_count = header
    segments = []
    for index in range(count):
        fields = form.segment.unpack_from(content, start + index * size)
        segments.append(_Segment(*(fields[place] for place in form.order)))
    ends = (segment.offset + segment.size for segment in segments)
    return form, segments, max(sections + section_size * section_count, *ends)


def _tags(
    content: mmap.mmap, form: _Form, segments: list[_Segment]
) -> Iterator[tuple[int, int, int]]:
    """Yield place, tag and value of each entry of the dynamic table."""
    for segment in segments:
        if segment.kind != _DYNAMIC:
            continue
        size = form.tag.size
        end = segment.offset + min(segment.size, _MOST * size)
        for place in range(segment.offset, end, size):
            tag, value = form.tag.unpack_from(content, place)
            if not tag:
                break
            yield place, tag, value


def _offset(address: int, segments: list[_Segment]) -> int:
    """Say where in the file stands what is loaded at *address*."""
    for each in segments:
        if each.kind == _LOAD and each.address <= address < each.address + each.size:
            return address - each.address + each.offset
    raise ValueError("an address that nothing is loaded at")


def _version_names(content: mmap.mmap, place: int, count: int) -> Iterator[int]:
    """Yield where the names of the versions stand that a file takes of others."""
    left = _MOST
    for _ in range(count):
        _, names, _, first, following = _VERSION.unpack_from(content, place)
        name = place + first
        for _ in range(names):
            *_, text, further = _NAME.unpack_from(content, name)
            yield text
            left -= 1
            if not left:
                return
            name += further
        if not following:
            return
        place += following


def _newest_glibc(names: list[str]) -> str:
    versions = (n.removeprefix("GLIBC_") for n in names if n.startswith("GLIBC_"))
    # GLIBC_PRIVATE and its like are no versions.
    dotted = (v for v in versions if v.replace(".", "").isdigit())
    return max(dotted, key=numbers, default="")
