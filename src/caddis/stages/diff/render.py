"""A difference as text, for people and for pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.model.difference import ChangeKind, Difference, PackageChange
from caddis.model.words import counted, in_units

_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}
_COLOURS = {
    ChangeKind.ADDED: "\x1b[32m",
    ChangeKind.REMOVED: "\x1b[31m",
    ChangeKind.CHANGED: "\x1b[33m",
}
_RESET = "\x1b[0m"
_UNSET = "not set"


def as_text(found: Difference, *, coloured: bool = False) -> str:
    """Write *found* in aligned lines, one a package or file."""
    if found.is_empty:
        return f"no difference between {found.old} and {found.new}"
    width = max((len(change.name) for change in found.packages), default=0)
    lines = [_line(change, width, coloured=coloured) for change in found.packages]
    lines += [f"! {f.path} ({f.package}): {f.state} in {f.label}" for f in found.files]
    lines += [
        f"= {s.name}  {s.old or _UNSET} → {s.new or _UNSET}" for s in found.settings
    ]
    return "\n".join((*lines, _summary(found)))


def as_markdown(found: Difference) -> str:
    """Write *found* as a table for a pull request."""
    lines = [f"**{_summary(found)}**"]
    if found.packages:
        lines += ["", f"| | package | {found.old} | {found.new} | size |"]
        lines.append("| --- | --- | --- | --- | ---: |")
        lines += map(_row, found.packages)
    if found.files:
        lines += ["", "| file | package | | where |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{f.path}` | {f.package} | {f.state} | {f.label} |" for f in found.files
        ]
    if found.settings:
        lines += ["", f"| setting | {found.old} | {found.new} |", "| --- | --- | --- |"]
        lines += [f"| {s.name} | {s.old} | {s.new} |" for s in found.settings]
    return "\n".join(lines)


def _line(change: PackageChange, width: int, *, coloured: bool) -> str:
    words = [f"{_SIGNS[change.kind]} {change.name:{width}}  {_versions(change)}"]
    words += [_grown(change)] if change.grew else []
    words += [f"({', '.join(change.platforms)})"] if change.platforms else []
    line = "  ".join(words)
    return f"{_COLOURS[change.kind]}{line}{_RESET}" if coloured else line


def _versions(change: PackageChange) -> str:
    if change.kind is ChangeKind.CHANGED:
        return f"{change.old} → {change.new}"
    return change.new or change.old


def _row(change: PackageChange) -> str:
    places = f" ({', '.join(change.platforms)})" if change.platforms else ""
    grown = _grown(change) if change.grew else ""
    cells = (
        _SIGNS[change.kind],
        f"{change.name}{places}",
        change.old,
        change.new,
        grown,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _summary(found: Difference) -> str:
    if found.is_empty:
        return f"No difference between {found.old} and {found.new}"
    return ", ".join(_counts(found)) + _total(found)


def _counts(found: Difference) -> Iterator[str]:
    for kind in ChangeKind:
        count = len(found.of(kind))
        if count:
            yield f"{count} {kind.value}"
    if found.files:
        yield f"{counted(len(found.files), 'file')} changed"
    if found.settings:
        yield f"{counted(len(found.settings), 'setting')} changed"


def _total(found: Difference) -> str:
    if not (found.old_size and found.new_size):
        return ""
    told = f" ({found.measure.value})" if found.measure else ""
    return f"; {in_units(found.old_size)} → {in_units(found.new_size)}{told}"


def _grown(change: PackageChange) -> str:
    sign = "+" if change.grew > 0 else "-"
    return f"{sign}{in_units(abs(change.grew))}"
