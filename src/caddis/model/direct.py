"""Direct references to distributions that come from no index.

`lib @ git+https://git.example/lib@COMMIT`, `-e ./lib`, `lib @ file:///src/lib`: the
form in which pip takes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMED = re.compile(
    r"(?P<name>[\w.-]+)(?:\s*\[(?P<extras>[^\]]*)\])?(?P<rest>.*)", re.S
)
_PLACE = re.compile(
    r"(?P<name>(?:-e\s|[./~]).*?)(?:\[(?P<extras>[^\]/]*)\])?(?P<rest>$)"
)


def with_extras(source: str, extras: Iterable[str]) -> str:
    """Ask for *source*, a name or a direct reference, with *extras* as well."""
    plain, known = without_extras(source)
    every = ",".join(sorted({*known, *extras}))
    if not every:
        return source
    if _is_place(plain):
        return f"{plain}[{every}]"
    found = _NAMED.match(plain)
    assert found is not None
    return f"{found['name']}[{every}]{found['rest']}"


def without_extras(source: str) -> tuple[str, frozenset[str]]:
    """Take the extras out of a name or a direct reference."""
    found = (_PLACE if _is_place(source) else _NAMED).match(source)
    if found is None or found["extras"] is None:
        return source, frozenset()
    extras = (part.strip() for part in found["extras"].split(","))
    return f"{found['name']}{found['rest']}", frozenset(filter(None, extras))


def _is_place(source: str) -> bool:
    return source.startswith(("-e ", ".", "/", "~"))


def place_of(source: str) -> str:
    """Give the place that a direct reference names, as a URL or a path."""
    plain, _ = without_extras(source)
    return plain.removeprefix("-e ").rpartition(" @ ")[2].partition(" ;")[0].strip()
