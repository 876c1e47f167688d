"""What is kept of an ELF file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read of one file."""

    needed: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """Run path."""
    glibc: str = ""
    closed_at: tuple[int, ...] = ()
    """Bytes from the start to each DT_RUNPATH, which shuts out other run paths."""
