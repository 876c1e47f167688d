"""Dotted version numbers."""

from __future__ import annotations


def numbers(version: str) -> tuple[int, ...]:
    """Make `2.28` comparable, so that it is more than `2.4`; empty is the smallest."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def minor(version: str) -> str:
    """Give the first two numbers of *version*: `3.11` of `3.11.7`, or of `3.11`."""
    return ".".join(version.split(".")[:2])
