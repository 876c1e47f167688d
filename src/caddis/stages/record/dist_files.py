"""The files of a distribution, and where a build wrote the prefix into them.

Wheels hold none. But what was built in the environment itself may have it in data
beside its modules (`lib/pkgconfig`, `etc`), or in modules, and RECORD says nothing of
that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.model.layers import Entry, Unrelocated
from caddis.model.prefix.dist_info import RecordRow
from caddis.model.prefix.placeholders import put_back
from caddis.stages.record.placed import LARGEST_TEXT, placed, stays


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where distributions are installed."""

    prefix: Path
    packages: str
    """The folder `site-packages`, relative to the prefix."""
    python: str
    """The environment's, as `3.11`."""
    embedded: str
    """The prefix that stands in its files."""


class DistFiles:
    """Those of one distribution that are as it brought them."""

    def __init__(self, site: Site, *, built_here: bool) -> None:
        self._site = site
        self._built_here = built_here
        self.entries: list[Entry] = []
        self.rows: list[RecordRow] = []
        self.loose: dict[str, str] = {}
        """By path, what says the content of a file that RECORD does not."""
        self.stuck: list[str] = []

    def add(self, entry: Entry, row: RecordRow) -> None:
        """Take a file, and the prefix out of it if somebody wrote it there."""
        edit = None
        if isinstance(entry.source, str):
            edit = self._edit(entry.source, row)
            if edit or not row.hash:
                self.loose[row.path] = f"{row.path} {_digest(entry.source, edit)}"
        # What holds a prefix has another hash wherever it is.
        self.entries.append(replace(entry, edit=edit) if edit else entry)
        self.rows.append(RecordRow(row.path, "", "") if edit else row)

    def _edit(self, source: str, row: RecordRow) -> Unrelocated | None:
        inside = row.path.startswith(f"{self._site.packages}/")
        if inside and row.hash and not self._built_here:
            return None
        with open(source, "rb") as file:
            content = file.read(LARGEST_TEXT + 1)
        if stays(content, self._site.embedded):
            self.stuck.append(row.path)
        return placed(content, self._site.embedded)


def _digest(source: str, edit: Unrelocated | None) -> str:
    content = Path(source).read_bytes()
    return hashlib.sha256(put_back(content, edit) if edit else content).hexdigest()
