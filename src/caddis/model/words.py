"""How amounts are told to people."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Say how many: `1 file`, `8,554 files`; nouns with a regular plural only."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
