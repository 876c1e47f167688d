"""The last bytes of an archive: they close the tar and seal the manifest's unit.

Frames have their hashes in the manifest; the manifest's own unit has its hash here, in
a part that decompressors pass over. Every byte is prescribed, so that a reader can
tell the one right ending from all others, whatever library it uses.
"""

from __future__ import annotations

import struct
import zlib

from caddis.model.formats.tar_headers import END

_SKIPPABLE = 0x184D2A5C
"""One of the sixteen magic numbers of zstd frames without content (RFC 8878, 3.1.2)."""
_ZSTD_END = bytes.fromhex("28b52ffd 60 0003 032000 00")
"""A zstd frame of 1024 zeros: magic, descriptor, size - 256, a run-length block."""
_GZIP_HEADER = bytes.fromhex("1f8b 08 04 00000000 00 ff")
"""Deflate, with an extra field, without name and time (RFC 1952, 2.3)."""
_GZIP_FIELD = b"Cd"


def zstd_end(head_sha256: bytes) -> bytes:
    """Close an archive of zstd frames whose first unit has this hash."""
    return struct.pack("<II", _SKIPPABLE, len(head_sha256)) + head_sha256 + _ZSTD_END


def gzip_end(head_sha256: bytes) -> bytes:
    """Close an archive of gzip members whose first one has this hash."""
    field = _GZIP_FIELD + struct.pack("<H", len(head_sha256)) + head_sha256
    stored = struct.pack("<BHH", 1, len(END), len(END) ^ 0xFFFF) + END
    trailer = struct.pack("<II", zlib.crc32(END), len(END))
    return _GZIP_HEADER + struct.pack("<H", len(field)) + field + stored + trailer


IMAGE_END = 4096
"""Bytes of what follows an image; as much as images are filled up to."""


def image_end(sha256: str) -> bytes:
    """Seal an image of this hash; whoever mounts it reads no further than its end."""
    return f"caddis image, sha256 {sha256}\n".encode().ljust(IMAGE_END, b"\0")
