"""Whom to ask for what uv does not tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from caddis.ports.packages import PackageStore
    from caddis.ports.pypi import Releases


class Elsewhere(NamedTuple):
    """Those who know more, each made when it is needed; None for nobody."""

    releases: Callable[[], Releases] | None = None
    """Knows which versions rule out a Python."""
    packages: Callable[[], PackageStore] | None = None
    """Gets conda packages, which know what extras need."""
