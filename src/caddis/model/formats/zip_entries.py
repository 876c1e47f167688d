"""Headers of a zip file, byte for byte the same everywhere.

One modification time for all, Unix modes, names in UTF-8, zip64 only where a number
does not fit. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from caddis.errors import ArchiveError

STORED, DEFLATED = 0, 8
LOCAL = b"PK\x03\x04"
_CENTRAL, _END = b"PK\x01\x02", b"PK\x05\x06"
_END_64, _LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"

_PLAIN_VERSION, _VERSION_64 = 20, 45
_UNIX = 3 << 8
_UTF_8 = 0x800
_TIME, _DATE = 12 << 11, 1 << 5 | 1
"""Noon of 1980-01-01, as `caddis.model.archive.EPOCH`."""
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
"""What stands where a number is to be found in a zip64 field."""

_FIELD_64 = 0x0001
_FIELD_MODE = 0x6443
"""Our own extra field: the mode, which zip keeps only in the directory at the end."""
_USUAL_MODE = 0o100644
"""Needs no field."""
_IS_FOLDER = 0x10
"""MS-DOS's attribute."""

_LOCAL_FORM = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL_FORM = struct.Struct("<4sHHHHHHIIIHHHHHII")


@dataclass(frozen=True, kw_only=True, slots=True)
class ZipEntry:
    """One entry as its local header tells it."""

    path: str
    method: int
    crc: int
    packed: int
    """Bytes in the file."""
    size: int
    """Bytes of content."""
    mode: int
    """As in `stat`: kind and permissions."""

    @property
    def is_link(self) -> bool:
        """Whether the content is the target of a symbolic link."""
        return stat.S_ISLNK(self.mode)

    @property
    def is_folder(self) -> bool:
        """Whether it is an empty folder."""
        return stat.S_ISDIR(self.mode)

    @property
    def executable(self) -> bool:
        """Whether it may be run."""
        return bool(self.mode & 0o100)


def local_header(entry: ZipEntry) -> bytes:
    """Give what precedes the content of *entry*."""
    name, large = _name(entry), _is_large(entry)
    extra = _field(_FIELD_64, struct.pack("<QQ", entry.size, entry.packed))
    extra = extra if large else b""
    if entry.mode != _USUAL_MODE:
        extra += _field(_FIELD_MODE, struct.pack("<H", entry.mode))
    fixed = _LOCAL_FORM.pack(
        LOCAL,
        *_common(entry, large=large),
        len(name),
        len(extra),
    )
    return fixed + name + extra


def read_local_header(read: Callable[[int], bytes]) -> ZipEntry | None:
    """Read what `local_header` gives; None when something else follows.

    Raises:
        ArchiveError: it is damaged, or a header that caddis does not write.
    """
    fixed = read(_LOCAL_FORM.size)
    if fixed[:4] != LOCAL or len(fixed) < _LOCAL_FORM.size:
        return None
    numbers = _LOCAL_FORM.unpack(fixed)
    method, crc, packed, size, name_size, extra_size = (*numbers[3:4], *numbers[6:])
    name, extra = read(name_size), _read_fields(read(extra_size))
    if _FIELD_64 in extra:
        size, packed = _unpack("<QQ", extra[_FIELD_64])
    mode = _USUAL_MODE
    if _FIELD_MODE in extra:
        (mode,) = _unpack("<H", extra[_FIELD_MODE])
    entry = ZipEntry(
        path=name.decode("utf-8", "surrogateescape").rstrip("/"),
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        mode=mode,
    )
    if method not in {STORED, DEFLATED} or not local_header(entry).startswith(fixed):
        raise ArchiveError(f"the header of the zip entry {entry.path!r} is not ours")
    return entry


def central_directory(entries: Iterable[tuple[ZipEntry, int]], *, start: int) -> bytes:
    """Give what ends a zip file: every entry again, with the byte where it starts.

    The directory itself follows the last entry, or *start* where there is none.
    """
    records, at = [], start
    for entry, offset in entries:
        records.append(_central_record(entry, offset))
        at = offset + len(local_header(entry)) + entry.packed
    directory = b"".join(records)
    return directory + _end(len(records), len(directory), at)


def _central_record(entry: ZipEntry, offset: int) -> bytes:
    name, large = _name(entry), _is_large(entry)
    numbers = struct.pack("<QQ", entry.size, entry.packed) if large else b""
    if offset >= _FULL_32:
        numbers += struct.pack("<Q", offset)
    extra = _field(_FIELD_64, numbers) if numbers else b""
    fixed = _CENTRAL_FORM.pack(
        _CENTRAL,
        _UNIX | _VERSION_64,
        *_common(entry, large=large),
        len(name),
        len(extra),
        0,
        0,
        0,
        entry.mode << 16 | (_IS_FOLDER if entry.is_folder else 0),
        min(offset, _FULL_32),
    )
    return fixed + name + extra


def _end(count: int, size: int, at: int) -> bytes:
    end = struct.pack(
        "<4sHHHHIIH",
        _END,
        0,
        0,
        min(count, _FULL_16),
        min(count, _FULL_16),
        min(size, _FULL_32),
        min(at, _FULL_32),
        0,
    )
    if count < _FULL_16 and size < _FULL_32 and at < _FULL_32:
        return end
    version = (_UNIX | _VERSION_64, _VERSION_64)
    rest = struct.pack("<HHIIQQQQ", *version, 0, 0, count, count, size, at)
    record = struct.pack("<4sQ", _END_64, len(rest)) + rest
    return record + struct.pack("<4sIQI", _LOCATOR_64, 0, at + size, 1) + end


def _common(entry: ZipEntry, *, large: bool) -> tuple[int, ...]:
    """Give the numbers that stand in both headers of an entry."""
    return (
        _VERSION_64 if large else _PLAIN_VERSION,
        _UTF_8,
        entry.method,
        _TIME,
        _DATE,
        entry.crc,
        _FULL_32 if large else entry.packed,
        _FULL_32 if large else entry.size,
    )


def _name(entry: ZipEntry) -> bytes:
    path = f"{entry.path}/" if entry.is_folder else entry.path
    return path.encode("utf-8", "surrogateescape")


def _is_large(entry: ZipEntry) -> bool:
    return max(entry.packed, entry.size) >= _FULL_32


def _field(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _read_fields(extra: bytes) -> dict[int, bytes]:
    fields = {}
    while extra:
        kind, size = _unpack("<HH", extra[:4])
        fields[kind] = extra[4 : 4 + size]
        extra = extra[4 + size :]
    return fields


def _unpack(form: str, data: bytes) -> tuple[int, ...]:
    if len(data) != struct.calcsize(form):
        raise ArchiveError("an extra field of a zip entry is damaged")
    return struct.unpack(form, data)
