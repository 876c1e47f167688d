"""Which Pythons the versions of a distribution are for, by the pages of indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from caddis.adapters.contents.simple_index import read_requires_python
from caddis.adapters.contents.web import Web
from caddis.errors import FetchError


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexReleases:
    """Fulfils `Releases`: the first index that has a name answers for it."""

    indexes: Sequence[str]
    """In order of preference; may have credentials in them."""
    web: Web = field(default_factory=Web)

    def requires_python(self, name: str) -> Mapping[str, str]:
        """Give Requires-Python by version; empty when no index tells."""
        for index in self.indexes:
            try:
                found = read_requires_python(index, name, web=self.web)
            except FetchError:
                continue  # Who resolves asks it, too, and tells.
            if found:
                return found
        return {}
