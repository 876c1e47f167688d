"""Strip ELF files with binutils, and refuse what a loader would not map as before."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_MAGIC = b"\x7fELF"
_CLASS_64, _LITTLE_ENDIAN = 2, 1
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_LOAD = 1
"""PT_LOAD: a part of the file that is mapped into memory."""


class Binutils:
    """Fulfils `caddis.ports.slimming.Stripper`.

    Stripped files are kept in a folder by the hash of what they were made from.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "stripped"
        self._program = shutil.which("strip")

    @property
    def is_there(self) -> bool:
        """Whether binutils are installed."""
        return self._program is not None

    def strip(self, source: Path) -> Path | None:
        """Strip a copy of *source*, unless one is there from an earlier time."""
        if self._program is None or not _is_elf(source):
            return None
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        copy = self._folder / digest[:2] / digest
        if not copy.exists():
            self._make(source, copy)
        if copy.stat().st_size >= source.stat().st_size:
            return None
        return copy if is_mapped_alike(source, copy) else None

    def _make(self, source: Path, copy: Path) -> None:
        copy.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=copy.parent)
        os.close(descriptor)
        words = [str(self._program), "--strip-unneeded", "-o", name, str(source)]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode:
            shutil.copyfile(source, name)
        os.replace(name, copy)


def is_mapped_alike(source: Path, copy: Path) -> bool:
    """Say whether a loader puts *copy* where it puts *source*, on whole pages."""
    before, after = list(_segments(source)), list(_segments(copy))
    alike = [(s.address, s.size, s.flags) for s in before] == [
        (s.address, s.size, s.flags) for s in after
    ]
    return bool(before) and alike and all(s.is_aligned for s in after)


class _Segment:
    """One PT_LOAD program header."""

    def __init__(self, fields: tuple[int, ...]) -> None:
        self.kind, self.flags, self.offset, self.address = fields[:4]
        self.size, self.alignment = fields[6], fields[7]

    @property
    def is_aligned(self) -> bool:
        """Whether file and memory agree in their place within a page."""
        return (self.address - self.offset) % max(self.alignment, 1) == 0


def _segments(path: Path) -> Iterator[_Segment]:
    with path.open("rb") as file:
        fields = _HEADER.unpack(file.read(_HEADER.size))
        start, size, count = fields[5], fields[9], fields[10]
        for number in range(count):
            file.seek(start + number * size)
            segment = _Segment(_SEGMENT.unpack(file.read(_SEGMENT.size)))
            if segment.kind == _LOAD:
                yield segment


def _is_elf(path: Path) -> bool:
    """Say whether *path* is an ELF file of the only kind that is read here."""
    with path.open("rb") as file:
        start = file.read(_HEADER.size)
    whole = len(start) == _HEADER.size and start.startswith(_MAGIC)
    return whole and (start[4], start[5]) == (_CLASS_64, _LITTLE_ENDIAN)
