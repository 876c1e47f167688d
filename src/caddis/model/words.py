"""How amounts and names are told to people."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What steers a terminal or turns text round, and bytes of a name that are no text."""
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


def visible(text: str) -> str:
    r"""Write what others named so that it shows itself and does nothing: `\u001b`.

    JSON stays the same JSON.
    """
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def on_one_line(name: str) -> str:
    r"""Write a name that others gave so that it stays within its line: `a\nb`."""
    return visible(name).replace("\n", r"\n").replace("\t", r"\t")
