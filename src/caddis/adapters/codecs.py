"""Compression by zstandard and isal (gzip).

Both formats allow units one after another: https://www.rfc-editor.org/rfc/rfc8878
(frames) and https://www.rfc-editor.org/rfc/rfc1952 (members).
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

import isal
import zstandard
from isal import igzip_lib, isal_zlib

from caddis.errors import ArchiveError, UsageError
from caddis.model.formats.seal import gzip_end, zstd_end
from caddis.ports.frames import Codec, Compressor

_ZSTD_LEVELS = {"fast": 1, "": 2, "best": 19}
_GZIP_LEVELS = {"fast": 1, "": 3, "best": 9}
"""What the words for a level mean; empty is the default."""
_LONG_WINDOW = 26
"""Binary logarithm of bytes: holds nearly every package. One more would save less than
a third of a percent of the largest, for a hundred MB more."""
_FAR_CHAIN = 23
_FAR_HASH, _FAR_RATE, _FAR_MATCH = 20, 4, 32
"""How matches are found far back: by zstd's long-distance search, and by its chain half
as far as usual. Costs half a percent, and saves 25 MB of 150 in each process."""
_LONG_MATCH = 999
"""Bytes; zstd looks no further when it has found so many. Saves half a permille."""
_ULTRA = 22
"""The highest level of all."""
_ISAL_LEVELS = 3
"""The highest level of isal; the levels above are zlib's own."""
_GZIP_WRAPPER = 31
"""zlib's number for a gzip header with the largest window."""


_GZIP_ERRORS: Any = (zlib.error, igzip_lib.IsalError)


class Zstd:
    """Zstandard frames.

    Always in the multi-threaded form: its bytes do not depend on the number of threads.
    """

    name = "zstd"

    def __init__(
        self, *, level: int = _ZSTD_LEVELS[""], threads: int = 0, window: int = 0
    ) -> None:
        """*window*: how far back to look, as a binary logarithm; 0 is the level's."""
        self._threads = threads or os.cpu_count() or 1
        self._level = level
        self._window = window
        version = ".".join(map(str, zstandard.ZSTD_VERSION))
        self.label = f"zstd-{version}-{level}" + (f"-far{window}" if window else "")

    def compressor(self, size: int) -> Compressor:
        """Start a frame for about *size* bytes."""
        if self._window:
            parameters = self._looking_far_back(size)
        else:
            parameters = zstandard.ZstdCompressionParameters.from_level(
                self._level, source_size=size, threads=self._threads
            )
        return _ZstdCompressor(
            zstandard.ZstdCompressor(compression_params=parameters).compressobj()
        )

    def _looking_far_back(self, size: int) -> zstandard.ZstdCompressionParameters:
        """Let the window hold a large frame; take the highest level for a small one.

        For a large one that level would take three times the time and memory.
        """
        if size:
            return zstandard.ZstdCompressionParameters.from_level(
                _ULTRA, source_size=size
            )
        return zstandard.ZstdCompressionParameters.from_level(
            self._level,
            window_log=self._window,
            chain_log=_FAR_CHAIN,
            target_length=_LONG_MATCH,
            enable_ldm=True,
            ldm_hash_log=_FAR_HASH,
            ldm_hash_rate_log=_FAR_RATE,
            ldm_min_match=_FAR_MATCH,
        )

    def decompress(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the content of one frame."""
        source: Any = _Source(chunks)
        try:
            yield from zstandard.ZstdDecompressor().read_to_iter(source)
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


class _Source:
    """Gives zstandard's decompressor chunks in their own sizes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, size: int) -> bytes:  # noqa: ARG002
        return next(self._chunks, b"")


class _ZstdCompressor:
    """Gives zstandard's compressor the words of our protocol."""

    def __init__(self, machine: zstandard.ZstdCompressionObj) -> None:
        self._machine = machine

    def compress(self, data: bytes) -> bytes:
        return self._machine.compress(data)

    def finish(self) -> Iterator[bytes]:
        yield self._machine.flush()


class Gzip:
    """Gzip members without name and time."""

    name = "gzip"

    def __init__(self, *, level: int = _GZIP_LEVELS[""]) -> None:
        self._level = level
        library = f"isal-{isal.__version__}"
        if level > _ISAL_LEVELS:
            library = f"zlib-{zlib.ZLIB_RUNTIME_VERSION}"
        self.label = f"{library}-{level}"

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
        library: Any = zlib if level > _ISAL_LEVELS else isal_zlib
        self._machine = library.compressobj(level, wbits=_GZIP_WRAPPER)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._machine.compress(data))

    def finish(self) -> Iterator[bytes]:
        yield bytes(self._machine.flush())


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


def zstd_at(compress: str, *, threads: int = 0) -> Zstd:
    """Give zstd at `fast`, `best`, a level from 1 to 22, or as usual.

    Raises:
        UsageError: *compress* is none of these.
    """
    level = _level(compress, _ZSTD_LEVELS, highest=22)
    window = _LONG_WINDOW if compress == "best" else 0
    return Zstd(level=level, threads=threads, window=window)


def gzip_at(compress: str) -> Gzip:
    """Give gzip at `fast`, `best`, a level from 1 to 9, or as usual.

    Raises:
        UsageError: *compress* is none of these.
    """
    return Gzip(level=_level(compress, _GZIP_LEVELS, highest=9))


def _level(compress: str, words: Mapping[str, int], *, highest: int) -> int:
    if compress in words:
        return words[compress]
    if compress.isdigit() and 1 <= int(compress) <= highest:
        return int(compress)
    raise UsageError(
        f"{compress!r} is no level of compression",
        hint=f"It is fast, best, or a number from 1 to {highest} in this format.",
    )


_ENDINGS = {".tar.zst": "zstd", ".tzst": "zstd", ".tar.gz": "gzip", ".tgz": "gzip"}
_BY_MAGIC: dict[bytes, Callable[[], Codec]] = {
    b"\x28\xb5\x2f\xfd": Zstd,
    b"\x1f\x8b": Gzip,
}


def codec_for_name(name: str, *, compress: str = "", threads: int = 0) -> Codec:
    """Choose by the ending of the file *name*.

    Raises:
        UsageError: the ending says nothing, or *compress* is no level of it.
    """
    for ending, codec in _ENDINGS.items():
        if name.endswith(ending):
            if codec == "zstd":
                return zstd_at(compress, threads=threads)
            return gzip_at(compress)
    raise UsageError(
        f"{name}: the ending does not say which format to write",
        hint="End it in .tar.zst, .tar.gz, .zip, .sh, .squashfs, or / for a folder.",
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
        "not an archive of caddis: it starts as none of its formats does",
        hint="caddis unpack takes what caddis pack wrote.",
    )
