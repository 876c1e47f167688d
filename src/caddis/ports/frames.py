"""What packing and unpacking ask of compressors, caches and ELF tools."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from caddis.model.layers import Frame, OpenRunPath, RunPath


class Compressor(Protocol):
    """Turns one frame's bytes into a complete compressed unit, bit by bit."""

    def compress(self, data: bytes) -> bytes:
        """Take *data*, give what is ready."""

    def finish(self) -> Iterator[bytes]:
        """Give the rest, piece by piece, and close the unit."""


class Codec(Protocol):
    """A compression whose units can be put one after another."""

    name: str
    """`zstd` or `gzip`."""
    label: str
    """Name, library version and level: equal labels give equal bytes."""

    def compressor(self, size: int) -> Compressor:
        """Start a unit for *size* bytes; 0 when they are many."""

    def decompress(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the content of one unit, piece by piece.

        Raises:
            ArchiveError: the data is damaged.
        """

    def first_unit(self, chunks: Iterator[bytes], *, limit: int) -> tuple[bytes, int]:
        """Give the content of the first unit and its compressed size.

        Raises:
            ArchiveError: the data is damaged, or the content larger than *limit*.
        """

    def end(self, archive: BinaryIO, *, start: int, head: int) -> bytes:
        """Give the bytes that close an archive, of which all else is written.

        It begins at byte *start* of the file *archive* with a unit of *head* bytes.
        There is only one right ending: a reader compares it with what it finds.
        """


class FrameCache(Protocol):
    """Keeps frames by key; may forget any of them at any time."""

    def find(self, key: str) -> tuple[Frame, Path] | None:
        """Give the frame of *key* and the file with its bytes, if it is there."""

    def reserve(self) -> Path:
        """Name a new file, on the cache's disk, for a frame being made."""

    def keep(self, key: str, frame: Frame, data: Path) -> Path:
        """Take the file *data* as the frame of *key*; say where it is now."""


class Asked(NamedTuple):
    """The libraries that the files of one package ask for, by name."""

    anywhere: frozenset[str]
    closed: frozenset[str]
    """Those that files ask for which look in their own run path alone."""
    programs: frozenset[str] = frozenset()
    """Those that programs ask for, which inherit no run path."""


class Elf(Protocol):
    """Reads and edits ELF files: Linux programs and shared libraries."""

    def needed(self, path: Path) -> tuple[str, ...]:
        """List the shared libraries that *path* asks for; empty for no ELF file."""

    def run_path(self, path: Path) -> tuple[str, ...]:
        """List the folders in which *path* looks for libraries first."""

    def asked_by(self, key: str, files: Callable[[], Iterable[Path]]) -> Asked:
        """Say what *files* ask for, which *key* stands for the next time, if given."""

    def recall(self, key: str, tell: Callable[[], Iterable[str]]) -> Collection[str]:
        """Give what *key* stands for, if given, or else let it be told, in order."""

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        """Find *library* on this machine as the dynamic loader would."""

    def soname(self, word: str) -> str:
        """Name the library that *word* means, as `ctypes.util.find_library`."""

    def opening(self, path: Path) -> OpenRunPath | None:
        """Say how *path* will inherit run paths; None when it does as it is."""

    def is_program(self, path: Path) -> bool:
        """Say whether *path* can be started, and given another run path."""

    def described(self, path: Path, run_path: str) -> RunPath:
        """Say what *path* will be with *run_path*."""

    def patched(self, path: Path, run_path: str) -> AbstractContextManager[Path]:
        """Lend a copy of *path* with another run path, which others inherit."""

    def glibc(self, path: Path) -> str:
        """Say which glibc *path* needs, as `2.28`; empty when none."""

    def remember(self) -> None:
        """Keep what was read for the next time, where that is possible."""
