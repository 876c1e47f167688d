"""Tar headers, byte for byte the same everywhere.

POSIX.1-2001 (pax) format: a plain ustar header, preceded by an extended header only
where a name or a size does not fit. Owner 0, no owner names, one modification time for
all, modes 0644 and 0755. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
"""

from __future__ import annotations

from caddis.model.archive import EPOCH

BLOCK = 512
END = bytes(2 * BLOCK)
"""The two empty blocks that close a tar file."""

_FILE, _LINK, _FOLDER, _EXTENDED = b"0", b"2", b"5", b"x"
_LARGEST = 8**11 - 1
"""Bytes; what eleven octal digits can say."""
_NAME, _PREFIX = 100, 155

_MIDDLE = {
    executable: b"%07o\0" % mode + b"0000000\0" * 2
    for executable, mode in ((False, 0o644), (True, 0o755))
}
_TIME = b"%011o\0" % EPOCH
_MAGIC = b"ustar\x0000"
_OWNERS = bytes(32 + 32) + b"0000000\0" * 2


def file_header(path: str, size: int, *, executable: bool) -> bytes:
    """Give what precedes the *size* bytes of the file *path*."""
    return _header(_bytes(path), size, _FILE, executable=executable)


def link_header(path: str, target: str) -> bytes:
    """Give the whole entry of a symbolic link."""
    name, leads_to = _bytes(path), _bytes(target)
    return _header(name, 0, _LINK, executable=True, target=leads_to)


def folder_header(path: str) -> bytes:
    """Give the whole entry of an empty folder."""
    return _header(_bytes(path) + b"/", 0, _FOLDER, executable=True)


def padding(size: int) -> bytes:
    """Give the zeros that fill the last block of a file of *size* bytes."""
    return bytes(-size % BLOCK)


def _header(
    path: bytes, size: int, kind: bytes, *, executable: bool, target: bytes = b""
) -> bytes:
    extended = {}
    split = _split(path)
    if split is None or _is_unicode(path):
        extended[b"path"] = path
    if len(target) > _NAME or _is_unicode(target):
        extended[b"linkpath"] = target
    if size > _LARGEST:
        extended[b"size"] = b"%d" % size
    prefix, name = split or (b"", path[:_NAME])
    block = _block(prefix, name, size, kind, executable=executable, target=target)
    if not extended:
        return block
    records = b"".join(_record(key, value) for key, value in sorted(extended.items()))
    first = _block(b"", b"pax", len(records), _EXTENDED, executable=False, target=b"")
    return first + records + padding(len(records)) + block


def _bytes(name: str) -> bytes:
    """Give a name as the disk has it, text or not."""
    return name.encode("utf-8", "surrogateescape")


def _is_unicode(name: bytes) -> bool:
    """Say whether *name* is text with more than ASCII, which only pax calls UTF-8."""
    if name.isascii():
        return False
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _block(
    prefix: bytes,
    name: bytes,
    size: int,
    kind: bytes,
    *,
    executable: bool,
    target: bytes,
) -> bytes:
    head = b"".join(
        (
            name.ljust(_NAME, b"\0"),
            _MIDDLE[executable],
            b"%011o\0" % (size if size <= _LARGEST else 0),
            _TIME,
        )
    )
    tail = b"".join(
        (
            kind,
            target[:_NAME].ljust(_NAME, b"\0"),
            _MAGIC,
            _OWNERS,
            prefix.ljust(_PREFIX + 12, b"\0"),
        )
    )
    checksum = sum(head) + sum(tail) + 8 * ord(" ")
    return b"%s%06o\0 %s" % (head, checksum, tail)


def _split(path: bytes) -> tuple[bytes, bytes] | None:
    """Share *path* between ustar's two fields; None when it does not fit."""
    if len(path) <= _NAME:
        return b"", path
    at = path.rfind(b"/", 0, _PREFIX + 1)
    if at < 0 or len(path) - at - 1 > _NAME:
        return None
    return path[:at], path[at + 1 :]


def _record(key: bytes, value: bytes) -> bytes:
    """Write one `LENGTH key=value` line; LENGTH counts its own digits."""
    size = len(key) + len(value) + 3
    total = size + len(str(size))
    while size + len(str(total)) != total:
        total = size + len(str(total))
    return b"%d %s=%s\n" % (total, key, value)
