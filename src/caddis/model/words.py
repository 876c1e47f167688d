"""How amounts are told to people."""

from __future__ import annotations

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def counted(number: int, noun: str) -> str:
    """Say how many: `1 file`, `8,554 files`; nouns with a regular plural only."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def in_units(size: int) -> str:
    """Write a number of bytes as people read it: `17 bytes`, `1.5 MiB`."""
    value, unit = float(size), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else counted(size, "byte")
