"""Direct references to distributions that come from no index.

`lib @ git+https://git.example/lib@COMMIT`, `-e ./lib`, `lib @ file:///src/lib`: the
form in which pip takes them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

_NAMED = re.compile(
    r"(?P<name>[\w.-]+)(?:\s*\[(?P<extras>[^\]]*)\])?(?P<rest>.*)", re.S
)
_PLACE = re.compile(
    r"(?P<name>(?:-e\s|[./~]).*?)(?:\[(?P<extras>[^\]/]*)\])?(?P<rest>$)"
)

_REVISION = re.compile(
    r"(?P<place>(?:git|hg|bzr|svn)\+.*?)(?:@(?P<revision>[^@/#]+))?(?P<below>#.*)?"
)


def with_extras(source: str, extras: Iterable[str]) -> str:
    """Ask for *source*, a name or a direct reference, with *extras* as well."""
    plain, known = without_extras(source)
    every = ",".join(sorted({*known, *extras}))
    if not every:
        return source
    if is_place(plain):
        return f"{plain}[{every}]"
    found = _NAMED.match(plain)
    assert found is not None
    return f"{found['name']}[{every}]{found['rest']}"


def without_extras(source: str) -> tuple[str, frozenset[str]]:
    """Take the extras out of a name or a direct reference."""
    found = (_PLACE if is_place(source) else _NAMED).match(source)
    if found is None or found["extras"] is None:
        return source, frozenset()
    extras = (part.strip() for part in found["extras"].split(","))
    return f"{found['name']}{found['rest']}", frozenset(filter(None, extras))


def is_place(source: str) -> bool:
    """Say whether *source* begins as a path or an editable does, not with a name."""
    return source.startswith(("-e ", ".", "/", "~"))


def place_of(source: str) -> str:
    """Give the place that a direct reference names, as a URL or a path."""
    plain, _ = without_extras(source)
    return plain.removeprefix("-e ").rpartition(" @ ")[2].partition(" ;")[0].strip()


def absolute(source: str, folder: Path) -> str:
    """Write a direct reference in one way, without extras.

    Relative paths start at *folder*.
    """
    editable = "-e " if source.startswith("-e ") else ""
    place = place_of(source)
    path = place.removeprefix("file://")
    if "://" not in path:
        path = os.path.realpath(folder / Path(path).expanduser())
        place = path if editable else f"file://{path}"
    return f"{editable}{place}"


def lost_place(source: str) -> str:
    """Give the absolute path that a direct reference names, if nothing is there.

    `pip freeze` writes such paths in conda's environments: of the machines on which
    their packages were built.
    """
    url = urlsplit(place_of(source))
    path = unquote(url.path) if url.scheme == "file" else ""
    return path if path.startswith("/") and not os.path.exists(path) else ""


def has_revision(source: str, wanted: str) -> bool:
    """Say whether *source*, which names a commit, may be what *wanted* names.

    Nobody can tell from outside which commit a branch or a tag was.
    """
    found, asked = _REVISION.fullmatch(source), _REVISION.fullmatch(wanted)
    if source == wanted or found is None or asked is None:
        return source == wanted
    if (found["place"], found["below"]) != (asked["place"], asked["below"]):
        return False
    exact = re.fullmatch(r"[0-9a-f]{40}", asked["revision"] or "")
    return not exact or found["revision"] == asked["revision"]
