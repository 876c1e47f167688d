"""Versions of Python, and which of them a project allows."""

from __future__ import annotations


def is_allowed(python: str, wanted: str) -> bool:
    """Say whether *wanted*, as `>=3.10,<4`, allows *python*; of `3.11`, any patch.

    Raises:
        ValueError: *wanted* is no range of versions.

    >>> is_allowed("3.11", ">=3.11.4"), is_allowed("3.11.2", ">=3.11.4")
    (True, False)
    """
    # Here, because most projects allow what is asked for without a close look.
    from packaging.specifiers import SpecifierSet

    allowed = SpecifierSet(wanted)
    ends = ("", ".0", ".99") if python.count(".") < 2 else ("",)
    return any(allowed.contains(f"{python}{end}", prereleases=True) for end in ends)
