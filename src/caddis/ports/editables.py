"""What recording asks about distributions that are installed in editable mode."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from caddis.model.layers import Layer


@dataclass(frozen=True, kw_only=True, slots=True)
class Editable:
    """A distribution whose files are elsewhere, in the folder of its project."""

    name: str
    source: Path
    """The project's folder."""
    prefix: Path
    """The environment."""
    site_packages: str
    python: str
    """The environment's, `3.11`."""
    installed: Layer
    """What stands in the prefix: metadata, and a pointer to the folder."""


class Editables(Protocol):
    """Decides what becomes of an editable install."""

    def layer(self, editable: Editable) -> Layer:
        """Give a layer with the real files, which knows nothing of the folder.

        Raises:
            PrefixError: it shall not go along.
            EngineError: it cannot be built.
        """
