"""A TOML text whose values are checked, and reported with their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caddis.errors import ProjectError
from caddis.model.toml import parse_toml
from caddis.stages.declare.reading import Place, line_of


@dataclass(frozen=True)
class TomlTable:
    """A TOML text and where it stands."""

    data: Mapping[str, Any]
    text: str
    file: str
    first: int = 0
    """Lines of the file before the text."""

    def section(self, name: str) -> Mapping[str, Any]:
        """Get a table by its dotted *name*; empty when it is missing."""
        found: Any = self.data
        for part in name.split("."):
            found = found.get(part, {})
            if not isinstance(found, Mapping):
                raise ProjectError(f"{self.at(part)}: [{name}] is not a table")
        return dict(found)

    def at(self, wanted: str, *, after: str = "") -> Place:
        """Find the line of *wanted*."""
        line = line_of(self.text, wanted, after=after)
        return Place(file=self.file, line=line + self.first)

    def key(self, name: str, *, after: str = "") -> Place:
        """Find the line on which the key *name* gets its value, *after* a text."""
        key = re.compile(rf'(?m)^[ \t]*"?{re.escape(name)}"?[ \t]*[=.]')
        found = key.search(self.text, max(self.text.find(after), 0))
        return self.at(found[0] if found else name, after=after)

    def strings(self, table: Mapping[str, Any], key: str) -> list[str]:
        """Get the list of texts under *key*."""
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(x, str) for x in found):
            raise ProjectError(
                f"{self.key(key)}: {key} is not a list of texts",
                hint=f'Write {key} = ["…", "…"].',
            )
        return found


def parse_table(text: str, shown: str, *, first: int = 0) -> TomlTable:
    """Read the TOML in *text*, which stands in the file *shown* after *first* lines.

    Raises:
        ProjectError: it is none.
    """
    try:
        data: Mapping[str, Any] = parse_toml(text)
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ProjectError(
            f"{shown}:{line + first}: this is not TOML: {error}",
            hint="Look at the quotes and brackets on this line.",
        ) from None
    return TomlTable(data, text, shown, first=first)
