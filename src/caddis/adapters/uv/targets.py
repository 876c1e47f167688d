"""Platforms in uv's words."""

from __future__ import annotations

from caddis.errors import EngineError
from caddis.ports.pypi import PypiQuery

_TARGETS = {
    "linux-64": "x86_64-manylinux",
    "linux-aarch64": "aarch64-manylinux",
    "osx-64": "x86_64-apple-darwin",
    "osx-arm64": "aarch64-apple-darwin",
    "win-64": "x86_64-pc-windows-msvc",
    "win-arm64": "aarch64-pc-windows-msvc",
}


def target(query: PypiQuery) -> str:
    """Say *query*'s platform in uv's words.

    Raises:
        EngineError: uv knows no such platform.
    """
    name = _TARGETS.get(query.platform)
    if name is None:
        raise EngineError(
            f"uv cannot resolve for {query.platform}",
            hint=f"It can for: {', '.join(_TARGETS)}.",
        )
    if not name.endswith("manylinux"):
        return name
    major, _, minor = (query.glibc or "2.28").partition(".")
    return f"{name}_{major}_{minor}"
