"""Which paths git would ignore, by the `.gitignore` files around them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Rule(NamedTuple):
    """One line of a `.gitignore`."""

    pattern: re.Pattern[str]
    """Matches paths relative to the folder of the file."""
    ignores: bool
    """False for a line that begins with `!`."""
    folders_only: bool


class Rules(NamedTuple):
    """One `.gitignore`, and those of the folders above it."""

    folder: str
    """Relative to the scanned folder, with a slash at the end unless empty; for one
    above the scanned folder `outer` is set."""
    rules: tuple[Rule, ...]
    parent: Rules | None
    outer: str = ""
    """The scanned folder relative to this one, with a slash at the end."""

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Say whether *path* is ignored; the last rule that matches decides."""
        inside = self.outer + path[len(self.folder) :]
        for rule in reversed(self.rules):
            if rule.folders_only and not is_folder:
                continue
            if rule.pattern.match(inside):
                return rule.ignores
        if self.parent is not None:
            return self.parent.ignores(path, is_folder=is_folder)
        return False


def read_rules(text: str) -> tuple[Rule, ...]:
    """Read the lines of a `.gitignore`."""
    rules = (_rule(line) for line in text.splitlines())
    return tuple(rule for rule in rules if rule is not None)


@lru_cache(maxsize=1024)
def _rule(line: str) -> Rule | None:
    line = line.rstrip() if not line.endswith("\\ ") else line
    if not line or line.startswith("#"):
        return None
    ignores = not line.startswith("!")
    line = line.removeprefix("!")
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    if not line:
        return None
    anchored = "/" in line
    prefix = "" if anchored else "(?:.*/)?"
    try:
        pattern = re.compile(prefix + _translated(line.lstrip("/")) + r"\Z")
    except re.error:
        return None
    return Rule(pattern, ignores, folders_only)


_PART = re.compile(r"\A\*\*/|/\*\*\Z|/\*\*/|\*+|\?|\[!?\]?[^\]]*\]|\\(.)|(.)")


def _translated(glob: str) -> str:
    """Turn the wildcards of git into a regular expression."""
    return _PART.sub(_part, glob)


def _part(match: re.Match[str]) -> str:
    text = match[0]
    if text == "**/":
        return "(?:.*/)?"
    if text == "/**":
        return "/.*"
    if text == "/**/":
        return "/(?:.*/)?"
    if text[0] == "*":
        return "[^/]*"
    if text == "?":
        return "[^/]"
    if text[0] == "[" and len(text) > 1:
        return "[^" + text[2:] if text[1] == "!" else text
    return re.escape(match[1] or match[2] or text)
