"""A file with some of its requirements changed and every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from caddis.model.requirements import Requirement

_PIP = re.compile(r"(?P<indent>\s*)-\s+pip\s*:\s*$")
_HASHES = re.compile(r"\s+--hash[= ]\S+")

Changed = Mapping[Requirement, Requirement | None]
"""What takes the place of a requirement; None when nothing does."""


def rewrite(text: str, changed: Changed, *, file: str) -> str:
    """Give the *text* of *file* with the requirements of *changed* that stand in it."""
    lines = text.splitlines(keepends=True)
    moved = []
    for old, new in changed.items():
        place, _, number = old.origin.rpartition(":")
        if place != file or not number.isdigit():
            continue
        at = int(number) - 1
        if new is None:
            lines[at] = _gone(lines, at)
        elif new.ecosystem is old.ecosystem:
            lines[at] = _replaced(lines, at, old.spec, new.spec)
        else:
            lines[at] = _gone(lines, at)
            moved.append(new)
    kept = [line for line in lines if line]
    if moved:
        kept = _with_pip(kept, [new.spec for new in moved])
    return "".join(kept)


def _replaced(lines: list[str], at: int, old: str, new: str) -> str:
    """Change the spec; the hashes of another version go."""
    was = lines[at]
    line = was.replace(old, new, 1)
    if old not in was:
        # In a file the parts may be set apart in another way than in the spec.
        name = re.match(r"[\w.:/-]+", old)
        pattern = re.escape(name[0] if name else old) + r"[^#\\\n]*?(?=\s*(?:\\|#|$))"
        line = re.sub(pattern, lambda _: new, was, count=1)
    if "--hash" in _logical(lines, at):
        _drop_continued(lines, at)
        line = _HASHES.sub("", line.rstrip("\\\n").rstrip()) + "\n"
    return line


def _gone(lines: list[str], at: int) -> str:
    _drop_continued(lines, at)
    return ""


def _logical(lines: Sequence[str], at: int) -> str:
    whole = lines[at]
    while whole.rstrip("\n").endswith("\\") and at + 1 < len(lines):
        at += 1
        whole += lines[at]
    return whole


def _drop_continued(lines: list[str], at: int) -> None:
    """Empty the lines that continue line *at*."""
    continued = lines[at].rstrip("\n").endswith("\\")
    while continued and at + 1 < len(lines):
        at += 1
        continued = lines[at].rstrip("\n").endswith("\\")
        lines[at] = ""


def _with_pip(lines: list[str], specs: Sequence[str]) -> list[str]:
    """Add *specs* to the pip section, which is made where there is none."""
    for number, line in enumerate(lines):
        found = _PIP.match(line.rstrip("\n"))
        if found:
            indent = _indent(lines[number + 1]) if lines[number + 1 :] else ""
            if len(indent) <= len(found["indent"]):
                indent = f"{found['indent']}  "
            new = [f"{indent}- {spec}\n" for spec in specs]
            return [*lines[: number + 1], *new, *lines[number + 1 :]]
    last = _last_dependency(lines)
    indent = _indent(lines[last])
    new = [f"{indent}- pip:\n", *(f"{indent}    - {spec}\n" for spec in specs)]
    return [*lines[: last + 1], *new, *lines[last + 1 :]]


def _last_dependency(lines: Sequence[str]) -> int:
    start = next(n for n, line in enumerate(lines) if line.startswith("dependencies"))
    last = start
    for number in range(start + 1, len(lines)):
        if re.match(r"\s*-", lines[number]):
            last = number
        elif lines[number].strip() and not lines[number].startswith((" ", "#")):
            break
    return last


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
