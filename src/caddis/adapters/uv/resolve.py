"""How the answers of uv's resolver are read.

Names in uv's answers are normalized already, so nothing is imported to do it again.

uv has no output with both reasons and files, so it is asked twice: a compile with
annotations chooses and tells why, a second one for exactly those versions (warm,
some hundredths of a second) names the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from caddis.adapters.uv.asking import ASKING
from caddis.errors import EngineError
from caddis.model.direct import place_of, with_extras
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.model.toml import parse_toml
from caddis.model.urls import local_path, public

ASKED = "asked"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(?=$|[\s\[=@;])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """One line of uv's answer."""

    line: str
    """As a requirements file has it: `numpy==2.4.6`, `-e /some/lib`."""
    index: str = ""
    needed_by: tuple[str, ...] = ()
    """Normalized names, and `asked`."""

    @property
    def name(self) -> str:
        """Name as uv writes it, normalized; empty for a path or an editable."""
        found = _NAME.match(self.line)
        return found[0] if found else ""

    @property
    def extras(self) -> tuple[str, ...]:
        """Extras that somebody asks for, sorted."""
        found = re.match(r"[\w.-]+\[([^]]+)]", self.line)
        return tuple(sorted(e.strip() for e in found[1].split(","))) if found else ()

    @property
    def version(self) -> str:
        """The exact version; empty for a URL or path."""
        found = re.match(r"[^@;]*?==([^\s;]+)", self.line)
        return found[1] if found else ""


def read_choice(text: str) -> Iterator[Chosen]:
    """Read `uv pip compile --annotation-style line --emit-index-annotation`."""
    current: Chosen | None = None
    for line in text.splitlines():
        if line.startswith("    # from "):
            if current:
                current = replace(current, index=line.removeprefix("    # from "))
            continue
        if not line.strip() or line.startswith("#"):
            continue
        if current:
            yield current
        what, _, via = line.partition("# via ")
        current = Chosen(line=what.strip(), needed_by=_needed_by(via))
    if current:
        yield current


def _needed_by(via: str) -> tuple[str, ...]:
    names = (_dependent(text.strip()) for text in via.split(",") if text.strip())
    return tuple(sorted({name for name in names if name}))


def _dependent(text: str) -> str:
    """Turn one item of an annotation into a name; constraints are no reason."""
    if text.startswith("-c "):
        return ""
    if text.startswith("-"):
        return ASKED
    found = _NAME.match(text)
    name = found[0] if found else ""
    return ASKED if name == ASKING else name


def read_files(text: str) -> Iterator[Mapping[str, Any]]:
    """Read the packages of a pylock.toml."""
    yield from parse_toml(text)["packages"]


def join(
    chosen: Sequence[Chosen], packages: Sequence[Mapping[str, Any]], *, folder: Path
) -> Iterator[LockedPackage]:
    """Put the reasons and the files together, in the order of the names.

    What lies in *folder*, the project, is named from there: it may be elsewhere for
    others.
    """
    by_name = {_name_of(line, packages): line for line in chosen}
    near = _near(chosen, folder)
    for package in sorted(packages, key=lambda package: package["name"]):
        name = package["name"]
        line = by_name[name]
        yield LockedPackage(
            name=name,
            version=package.get("version", ""),
            ecosystem=Ecosystem.PYPI,
            files=tuple(_files(package, folder)),
            channel=_from(line.index, folder),
            extras=line.extras,
            source=""
            if line.version
            else public(_source(line, folder, near), keep_names=True),
            why=line.needed_by,
            depends=tuple(
                sorted(other for other, it in by_name.items() if name in it.needed_by)
            ),
        )


def _name_of(chosen: Chosen, packages: Sequence[Mapping[str, Any]]) -> str:
    """Find the name a line is about; that of a folder or a file by its path."""
    if chosen.name:
        return chosen.name
    line = chosen.line
    place = line.removeprefix("-e ").split(" ;")[0].strip().removeprefix("file://")
    for package in packages:
        local = package.get("directory") or package.get("archive") or {}
        if "path" in local and os.path.normpath(local["path"]) == os.path.normpath(
            place
        ):
            return str(package["name"])
    raise EngineError(f"uv's answer has a line that caddis cannot read: {line}")


def _near(chosen: Iterable[Chosen], folder: Path) -> Path:
    """Find the folder that holds the project and all that is named from there."""
    places = (place_of(line.line) for line in chosen)
    named = (os.path.abspath(folder / p) for p in places if p.startswith("."))
    return Path(os.path.commonpath([os.path.abspath(folder), *named]))


def _source(chosen: Chosen, folder: Path, near: Path) -> str:
    """Give the direct reference of a line.

    What uv found by itself it names by the whole path, which is another one for others.
    """
    place = place_of(chosen.line)
    is_found = ASKED not in chosen.needed_by and place.startswith("file:")
    if not is_found or "#" in place or not local_path(place).is_relative_to(near):
        return chosen.line
    path = Path(os.path.relpath(local_path(place), folder)).as_posix()
    editable = "-e " if chosen.line.startswith("-e ") else ""
    dotted = path if path.startswith("..") else f"./{path}"
    return with_extras(f"{editable}{dotted}", chosen.extras)


def _files(package: Mapping[str, Any], folder: Path) -> Iterator[LockedFile]:
    """Yield the wheels; the source only where there is no wheel."""
    wheels = package.get("wheels") or [
        package[key] for key in ("sdist", "archive") if key in package
    ]
    for wheel in wheels:
        if "url" in wheel or "path" in wheel:
            yield LockedFile(
                url=public(_from(wheel.get("url") or wheel["path"], folder)),
                sha256=wheel.get("hashes", {}).get("sha256", ""),
                size=wheel.get("size", 0),
            )


def _from(url: str, folder: Path) -> str:
    """Give a URL of something in *folder* as a path that starts there."""
    if not url.startswith("file:"):
        return url
    path = local_path(url)
    inside = path.is_relative_to(folder.absolute())
    return path.relative_to(folder.absolute()).as_posix() if inside else url
