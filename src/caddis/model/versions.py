"""Dotted version numbers of libraries, compared as numbers."""

from __future__ import annotations


def numbers(version: str) -> tuple[int, ...]:
    """Make `2.28` comparable, so that it is more than `2.4`; empty is the smallest."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())
