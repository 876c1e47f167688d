"""Files that relocation wrote a prefix into, as they stood before."""

from __future__ import annotations

import json
import os

from caddis.bootstrap.relocate import patch, record_text
from caddis.model.archive import Manifest, place_data


class Relocated:
    """Takes a prefix out of files again: of an environment, or of an archive."""

    def __init__(self, manifest: Manifest, prefix: str) -> None:
        """*prefix* stands in each place that *manifest* lists."""
        self._prefix = os.fsencode(prefix)
        self._places = {place.path: place for place in manifest.places}
        self._records = {place.record for place in manifest.places} - {""}

    def __contains__(self, path: object) -> bool:
        """Say whether relocation changes the file *path*."""
        return path in self._places or path in self._records

    def original(self, path: str, content: bytes) -> bytes | None:
        """Give the *content* of the file *path* as it was before it was relocated.

        None when somebody changed it since.
        """
        if path in self._records:
            return self._original_record(content)
        place = self._places[path]
        placeholder = place.placeholder.encode()
        return patch(content, place_data(place), self._prefix, placeholder)

    def _original_record(self, content: bytes) -> bytes | None:
        """Take the hashes out of a conda-meta record that relocation put in."""
        try:
            record = json.loads(content)
            for entry in record["paths_data"]["paths"]:
                if entry["_path"] in self._places:
                    entry.pop("sha256_in_prefix", None)
        except (KeyError, TypeError, ValueError):
            return None
        return record_text(record)
