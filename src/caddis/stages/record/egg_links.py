"""Editable installs of before PEP 660: what `setup.py develop` leaves in a prefix.

`NAME.egg-link` names the project's folder, `easy-install.pth` puts it on Python's path,
and the metadata stays in the project. Here it gets the form of an editable install of
today, with a dist-info of its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer
from caddis.model.prefix.dist_info import DistHead, read_head
from caddis.model.prefix.dist_layer import Call, dist_layer, entry_points
from caddis.model.prefix.scripts import entry_point_script
from caddis.ports.editables import Editable, Editables
from caddis.stages.record.dists import RecordedDist

_PATHS = "easy-install.pth"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Linked:
    """A project that an `.egg-link` names."""

    link: str
    """The link's path, relative to the prefix."""
    code: Path
    """The folder that is on Python's path."""
    project: Path
    """The folder with `setup.py`: the same, or one above."""
    head: DistHead
    metadata: Path
    """Its egg-info."""
    calls: dict[str, Call]
    """What its commands call."""


def read_egg_links(
    prefix: Path, site_packages: str, *, python: str, editables: Editables
) -> list[RecordedDist]:
    """Describe the projects that were installed with `setup.py develop`.

    Raises:
        PrefixError: a project is gone, or its kind of install is refused.
    """
    links = sorted((prefix / site_packages).glob("*.egg-link"))
    found = [_read(link, site_packages, python=python) for link in links]
    dists = []
    for linked in found:
        editable = Editable(
            name=linked.head.name,
            source=linked.project,
            prefix=prefix,
            site_packages=site_packages,
            python=python,
            installed=_layer(linked, site_packages),
        )
        commands = {f"bin/{name}" for name in linked.calls}
        owned = frozenset({linked.link, f"{site_packages}/{_PATHS}", *commands})
        dists.append(RecordedDist(layer=editables.layer(editable), owned=owned))
    if dists:
        rest = _rest(prefix / site_packages / _PATHS, found)
        entries = [Entry(path=f"{site_packages}/{_PATHS}", source=rest)] if rest else []
        first = dists[0]
        layer = replace(first.layer, entries=_sorted(first.layer.entries, entries))
        dists[0] = replace(first, layer=layer)
    return dists


def _read(link: Path, site_packages: str, *, python: str) -> _Linked:
    code, up = (*link.read_text("utf-8").splitlines(), "", "")[:2]
    metadata = next(iter(sorted(Path(code).glob("*.egg-info"))), None)
    if metadata is None:
        raise PrefixError(
            f"{link.name} names {code}, where no project is installed from any more",
            hint=f"Install it again, or remove {link.name}.",
        )
    head = read_head(metadata)
    commands = metadata / "entry_points.txt"
    text = commands.read_text("utf-8") if commands.is_file() else ""
    return _Linked(
        link=f"{site_packages}/{link.name}",
        code=Path(code),
        project=Path(posixpath.normpath(posixpath.join(code, up))),
        head=head,
        metadata=metadata,
        calls=entry_points(text, name=head.name, python=python),
    )


def _layer(linked: _Linked, site_packages: str) -> Layer:
    name, version = linked.head.name.replace("-", "_"), linked.head.version
    info = f"{site_packages}/{name}-{version}.dist-info"
    pointer = f"{linked.code}\n".encode()
    entries = [Entry(path=f"{site_packages}/__editable__.{name}.pth", source=pointer)]
    for own, theirs in (("METADATA", "PKG-INFO"), ("entry_points.txt",) * 2):
        file = linked.metadata / theirs
        if file.is_file():
            entries.append(Entry(path=f"{info}/{own}", source=file.read_bytes()))
    entries += (
        Entry(
            path=f"bin/{name}",
            source=entry_point_script(call.module, call.attribute),
            executable=True,
        )
        for name, call in linked.calls.items()
    )
    return dist_layer(linked.head, metadata=info, entries=entries, rows=())


def _rest(paths: Path, found: Iterable[_Linked]) -> bytes:
    """Give what else `easy-install.pth` puts on the path."""
    if not paths.is_file():
        return b""
    of_links = {str(linked.code) for linked in found}
    return "".join(_lines_but(paths.read_text("utf-8"), of_links)).encode()


def _lines_but(text: str, unwanted: set[str]) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        if line.strip() not in unwanted:
            yield line


def _sorted(one: Iterable[Entry], two: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted((*one, *two), key=lambda entry: entry.path))
