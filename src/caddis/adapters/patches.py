"""Patches by zstandard: new bytes compressed with the old ones as the dictionary.

What `zstd --patch-from` does: https://github.com/facebook/zstd/wiki/Zstandard-as-a-patching-engine
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import zstandard

from caddis.errors import ArchiveError
from caddis.model.formats.tar import Stream

_LEVEL = 15
"""Two and a half times as fast as 19, for a sixth more bytes."""
_SMALLEST_WINDOW, _LARGEST_WINDOW = 20, 31
"""Binary logarithms of bytes."""
_FOLDED_WINDOW = 25
"""The same, for what is written and read piece by piece."""


class ZstdPatches:
    """Fulfils `caddis.ports.deltas.Patches`."""

    def make(self, old: bytes, new: bytes) -> bytes:
        """Compress *new*, looking back into *old*."""
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, window_log=_window(len(old) + len(new)), enable_ldm=True
        )
        machine = zstandard.ZstdCompressor(
            compression_params=parameters, dict_data=_dictionary(old)
        )
        return machine.compress(new)

    def apply(self, old: bytes, patch: bytes, *, size: int) -> bytes:
        """Decompress *patch*, looking back into *old*."""
        machine = zstandard.ZstdDecompressor(
            dict_data=_dictionary(old),
            max_window_size=2 ** _window(len(old) + size),
        )
        try:
            if zstandard.frame_content_size(patch) == size:
                return machine.decompress(patch)
        except (zstandard.ZstdError, MemoryError):
            pass
        raise _unfit()

    def fold(self, new: Iterable[bytes]) -> Iterator[bytes]:
        """Compress *new* by itself."""
        parameters = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL, window_log=_FOLDED_WINDOW
        )
        machine = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
        for piece in new:
            yield machine.compress(piece)
        yield machine.flush()

    def unfold(self, patch: Iterator[bytes], *, size: int) -> Iterator[bytes]:
        """Decompress *patch* by itself."""
        machine = zstandard.ZstdDecompressor(max_window_size=2**_LARGEST_WINDOW)
        source: Any = Stream(patch)
        left = size
        try:
            for piece in machine.read_to_iter(source):
                left -= len(piece)
                if left < 0:
                    break
                yield piece
        except (zstandard.ZstdError, MemoryError):
            raise _unfit() from None
        if left:
            raise _unfit()


def _unfit() -> ArchiveError:
    return ArchiveError(
        "a patch does not fit what it was made for",
        hint="The delta is damaged, or meant for another environment.",
    )


def _dictionary(old: bytes) -> zstandard.ZstdCompressionDict | None:
    if not old:
        return None
    return zstandard.ZstdCompressionDict(old, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _window(size: int) -> int:
    """Give the logarithm of a window that sees all of *size* bytes."""
    return min(max(size.bit_length(), _SMALLEST_WINDOW), _LARGEST_WINDOW)
