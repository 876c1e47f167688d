"""Compression by zstandard and isal (gzip).

Both formats allow units one after another: https://www.rfc-editor.org/rfc/rfc8878
(frames) and https://www.rfc-editor.org/rfc/rfc1952 (members).
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any, BinaryIO, Protocol

import zstandard
from isal import igzip_lib, isal_zlib

from caddis.errors import ArchiveError, UsageError
from caddis.model.seal import gzip_end, zstd_end
from caddis.ports.frames import Codec, Compressor

_ZSTD_LEVEL = 3
_GZIP_LEVEL = 3
_GZIP_WRAPPER = 31
"""zlib's number for a gzip header with the largest window."""


_GZIP_ERRORS: Any = (zlib.error, igzip_lib.IsalError)


class Zstd:
    """Zstandard frames.

    Always in the multi-threaded form: its bytes do not depend on the number of threads.
    """

    name = "zstd"

    def __init__(self, *, level: int = _ZSTD_LEVEL, threads: int = 0) -> None:
        self._threads = threads or len(os.sched_getaffinity(0))
        self._level = level
        version = ".".join(map(str, zstandard.ZSTD_VERSION))
        self.label = f"zstd-{version}-{level}"

    def compressor(self, size: int) -> Compressor:
        """Start a frame for about *size* bytes."""
        parameters = zstandard.ZstdCompressionParameters.from_level(
            self._level, source_size=size, threads=self._threads
        )
        return _ZstdCompressor(
            zstandard.ZstdCompressor(compression_params=parameters).compressobj()
        )

    def decompress(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the content of one frame."""
        machine = zstandard.ZstdDecompressor().decompressobj()
        try:
            for chunk in chunks:
                yield machine.decompress(chunk)
        except zstandard.ZstdError as error:
            raise ArchiveError(f"damaged zstd data ({error})") from None

    def first_unit(self, chunks: Iterator[bytes], *, limit: int) -> tuple[bytes, int]:
        """Decompress up to the end of the first frame."""
        machine = zstandard.ZstdDecompressor().decompressobj()
        try:
            return _first_unit(machine, chunks, limit)
        except zstandard.ZstdError as error:
            raise ArchiveError(f"damaged zstd data ({error})") from None

    def end(self, archive: BinaryIO, *, start: int, head: int) -> bytes:
        """Close the tar and seal the first unit."""
        return zstd_end(_hash(archive, start, head))


class _ZstdCompressor:
    """Gives zstandard's compressor the words of our protocol."""

    def __init__(self, machine: zstandard.ZstdCompressionObj) -> None:
        self._machine = machine

    def compress(self, data: bytes) -> bytes:
        return self._machine.compress(data)

    def finish(self) -> bytes:
        return self._machine.flush()


class Gzip:
    """Gzip members without name and time."""

    name = "gzip"

    def __init__(self, *, level: int = _GZIP_LEVEL) -> None:
        self._level = level
        self.label = f"isal-{metadata.version('isal')}-{level}"

    def compressor(self, size: int) -> Compressor:  # noqa: ARG002
        """Start a member; its size does not matter."""
        return _GzipCompressor(self._level)

    def decompress(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the content of one member."""
        machine = isal_zlib.decompressobj(_GZIP_WRAPPER)
        try:
            for chunk in chunks:
                yield machine.decompress(chunk)
            yield machine.flush()
        except _GZIP_ERRORS as error:
            raise ArchiveError(f"damaged gzip data ({error})") from None

    def first_unit(self, chunks: Iterator[bytes], *, limit: int) -> tuple[bytes, int]:
        """Decompress up to the end of the first member."""
        machine = isal_zlib.decompressobj(_GZIP_WRAPPER)
        try:
            return _first_unit(machine, chunks, limit)
        except _GZIP_ERRORS as error:
            raise ArchiveError(f"damaged gzip data ({error})") from None

    def end(self, archive: BinaryIO, *, start: int, head: int) -> bytes:
        """Close the tar and seal the first unit."""
        return gzip_end(_hash(archive, start, head))


class _GzipCompressor:
    """Gives zlib's interface the words of our protocol."""

    def __init__(self, level: int) -> None:
        self._machine = isal_zlib.compressobj(level, wbits=_GZIP_WRAPPER)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._machine.compress(data))

    def finish(self) -> bytes:
        return bytes(self._machine.flush())


class _Decompressor(Protocol):
    """What the decompressors of both libraries have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def _hash(archive: BinaryIO, start: int, size: int) -> bytes:
    archive.seek(start)
    return hashlib.sha256(archive.read(size)).digest()


def _first_unit(
    machine: _Decompressor, chunks: Iterator[bytes], limit: int
) -> tuple[bytes, int]:
    content, taken = [], 0
    for chunk in chunks:
        content.append(machine.decompress(chunk))
        taken += len(chunk)
        if machine.eof:
            return b"".join(content), taken - len(machine.unused_data)
        if sum(map(len, content)) > limit:
            raise ArchiveError("the first entry is far too large for a manifest")
    raise ArchiveError(
        "the archive ends too early", hint="It was cut off on its way; copy it again."
    )


_BY_ENDING: dict[str, Callable[[], Codec]] = {
    ".tar.zst": Zstd,
    ".tar.gz": Gzip,
    ".tgz": Gzip,
    ".tzst": Zstd,
}
_BY_MAGIC: dict[bytes, Callable[[], Codec]] = {
    b"\x28\xb5\x2f\xfd": Zstd,
    b"\x1f\x8b": Gzip,
}


def codec_for_name(name: str) -> Codec:
    """Choose by the ending of the file *name*.

    Raises:
        UsageError: the ending says nothing.
    """
    for ending, codec in _BY_ENDING.items():
        if name.endswith(ending):
            return codec()
    raise UsageError(
        f"{name}: the ending does not say which format to write",
        hint=f"End the name in {' or '.join(_BY_ENDING)}.",
    )


def codec_for_content(start: bytes) -> Codec:
    """Choose by the first bytes of a file.

    Raises:
        ArchiveError: they are those of no compression that caddis writes.
    """
    for magic, codec in _BY_MAGIC.items():
        if start.startswith(magic):
            return codec()
    raise ArchiveError(
        "not an archive of caddis: it starts with neither zstd nor gzip data",
        hint="caddis unpack takes what caddis pack wrote.",
    )
