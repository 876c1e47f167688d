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
    program: bool = False
    """It names a loader, and ends where its own parts end: nothing is appended to it,
    as self-extracting programs have, which look for that at their end."""
