"""Where the imports of a project and its declaration disagree."""

from __future__ import annotations

from dataclasses import dataclass

from caddis.model.words import on_one_line


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Finding:
    """One disagreement."""

    path: str
    """The file that is to blame, relative to the project."""
    line: int
    """From 1; 0 when the whole file is meant."""
    rule: str
    """`missing`, `unused`, `misplaced`, `transitive`, `unresolved` or `broken`."""
    name: str
    """Package, or module where no package is known, or file that is broken."""
    message: str
    """A sentence for people."""

    def __str__(self) -> str:
        path = on_one_line(self.path)
        return f"{path}:{self.line}: {self.rule}: {self.message}"
