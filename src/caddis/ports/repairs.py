"""What recording asks about packages whose files were edited or removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from caddis.model.layers import Layer


class Repairs(Protocol):
    """Makes the layers of installed packages anew, from the packages' files."""

    def layers(self, prefix: Path, names: Collection[str]) -> Sequence[Layer]:
        """Give the layers of the packages *names*, which are installed in *prefix*.

        A package that conda and PyPI both brought is PyPI's.

        Raises:
            PrefixError: nobody knows where one came from.
            FetchError: the file of one cannot be had.
        """
