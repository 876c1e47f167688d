"""PyPI distributions as layers, read from their RECORD.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from urllib.parse import urlsplit

from caddis.errors import PrefixError
from caddis.model.dist_names import normalize
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.dist_info import (
    RecordRow,
    is_bytecode,
    is_edited,
    read_direct_url,
    read_head,
    read_record,
)
from caddis.model.prefix.dist_layer import (
    REMADE,
    Call,
    dist_layer,
    entry_points,
    is_left_out,
    is_local,
    public_origin,
    read_tags,
)
from caddis.model.prefix.scripts import entry_point_script, portable_script
from caddis.ports.editables import Editable, Editables
from caddis.ports.record_memory import NoMemory, RecordMemory, Remembered
from caddis.stages.record.dist_files import DistFiles, Site
from caddis.stages.record.known import (
    entries_later,
    is_untouched,
    look,
    sizes_of,
)

_OUTSIDE = re.compile(rb"^(?:\.\./)+(?!bin/|\.\./)", re.MULTILINE)
"""What RECORD has of files beside the modules, programs apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedDist:
    """What is known of one distribution in a prefix."""

    layer: Layer
    edited: tuple[str, ...] = ()
    """Paths whose content is no longer the package's; left out of the layer."""
    missing: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    """Every path that belongs to it, those that are left out included."""
    loose: tuple[str, ...] = ()
    """Paths of files that RECORD has no hash of, or that differ from place to place."""
    stuck: tuple[str, ...] = ()
    """Paths of files that are no text and hold the prefix."""


def dist_versions(prefix: Path, site_packages: str) -> dict[str, list[str]]:
    """Map each distribution to its versions, by the names of their folders."""
    versions: dict[str, list[str]] = {}
    for info in (prefix / site_packages).glob("*.dist-info"):
        name, _, version = info.stem.partition("-")
        versions.setdefault(normalize(name), []).append(version)
    return versions


def read_dists(
    site: Site,
    *,
    editables: Editables,
    memory: RecordMemory | None = None,
    skip: Callable[[str], bool] = lambda path: False,  # noqa: ARG005
) -> Iterator[RecordedDist]:
    """Describe each distribution in *site*, in order of name.

    *editables* decides what becomes of editable installs; *memory* knows RECORDs that
    were read before; *skip* says of the path of a RECORD that it is not wanted.

    Raises:
        PrefixError: one has no RECORD, or is an editable install that is refused.
    """
    folder = site.prefix / site.packages
    for info in sorted(folder.glob("*.dist-info"), key=lambda path: path.name.lower()):
        if skip(f"{site.packages}/{info.name}/RECORD"):
            continue
        if not (info / "METADATA").exists():
            continue
        read = partial(_read_dist, site, info)
        dist = _recall(site, info, read, memory or NoMemory())
        source = _source(info)
        if source is not None:
            editable = Editable(
                name=dist.layer.name,
                source=source,
                prefix=site.prefix,
                site_packages=site.packages,
                python=site.python,
                installed=dist.layer,
            )
            dist = replace(dist, layer=editables.layer(editable))
        yield dist


def _recall(
    site: Site,
    info: Path,
    read: Callable[[], RecordedDist],
    memory: RecordMemory,
) -> RecordedDist:
    """Describe a distribution as the last time if nobody touched it; else *read* it."""
    prefix, record = site.prefix, info / "RECORD"
    if (info / "direct_url.json").exists() or not record.is_file():
        return read()
    text = record.read_bytes()
    where = os.fsencode(info.relative_to(prefix))
    if _OUTSIDE.search(text):
        where += b"\0" + os.fsencode(site.embedded)
    digest = hashlib.sha256(text + b"\0" + where).hexdigest()
    package = memory.recall(digest)
    written = record.stat().st_mtime_ns
    if package is not None and is_untouched(
        look(prefix, package), package, written=written
    ):
        return _as_known(prefix, package, read)
    dist = read()
    if not (dist.edited or dist.missing or dist.loose or dist.stuck):
        made = [f"{info.relative_to(prefix)}/{name}" for name in REMADE]
        memory.remember(digest, _remembered(prefix, dist, made))
    return dist


def _remembered(prefix: Path, dist: RecordedDist, made: Collection[str]) -> Remembered:
    """Describe *dist* for the next time; what is *made* for packing is not compared."""
    layer = dist.layer
    statuses = {
        path: os.stat(prefix / path) for path in layer.paths if path not in made
    }
    return Remembered(
        name=layer.name,
        version=layer.version,
        build="",
        key=layer.key,
        needs=layer.needs,
        paths=tuple(layer.paths),
        sizes=sizes_of(layer.entries, statuses),
        links={},
        others=tuple(sorted(dist.owned.difference(layer.paths))),
        local=layer.local,
    )


def _as_known(
    prefix: Path, package: Remembered, read: Callable[[], RecordedDist]
) -> RecordedDist:
    """Describe a distribution as the last time."""
    return RecordedDist(
        layer=Layer(
            name=package.name,
            version=package.version,
            kind=LayerKind.PYPI,
            entries=entries_later(prefix, package, lambda: read().layer),
            key=package.key,
            needs=package.needs,
            local=package.local,
        ),
        owned=frozenset((*package.paths, *package.others)),
    )


def _read_dist(site: Site, info: Path) -> RecordedDist:
    head = read_head(info)
    rows = _rows(info, site.packages)
    scripts = _entry_points(info, head.name, site.python)
    newest = (info / "RECORD").stat().st_mtime
    tags = _tags(info)
    # What a build of this machine made may hold the prefix in modules, too.
    built_here = is_local(tags) or (info / "direct_url.json").exists()
    files = DistFiles(site, built_here=built_here)
    edited, missing = [], []
    metadata = f"{site.packages}/{info.name}"
    top = os.fspath(site.prefix)
    for row in rows:
        if is_left_out(row.path, metadata):
            continue
        if row.path == f"{metadata}/direct_url.json":
            files.entries += _origin(site.prefix, row.path)
            continue
        entry = _entry(top, row, scripts=scripts, newest=newest)
        if entry is None:
            missing.append(row.path)
        elif isinstance(entry, str):
            edited.append(row.path)
            files.rows.append(row)
        else:
            files.add(entry, row)
    return RecordedDist(
        layer=dist_layer(
            head,
            metadata=metadata,
            entries=files.entries,
            rows=files.rows,
            tags=tags,
            different=(*edited, *missing, *files.loose.values()),
        ),
        edited=tuple(edited),
        missing=tuple(missing),
        owned=frozenset((*(row.path for row in rows), f"{metadata}/RECORD")),
        loose=tuple(files.loose),
        stuck=tuple(files.stuck),
    )


def _entry(
    prefix: str,
    row: RecordRow,
    *,
    scripts: Mapping[str, Call],
    newest: float,
) -> Entry | str | None:
    """Describe one file; its path as a string when edited, None when missing."""
    source = f"{prefix}/{row.path}"
    try:
        status = os.stat(source)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):  # Reading a pipe might have no end.
        return row.path
    executable = bool(status.st_mode & 0o111)
    folder, _, name = row.path.rpartition("/")
    if is_edited(source, row, size=status.st_size, newer=status.st_mtime > newest):
        return row.path
    if folder == "bin":
        content = (
            entry_point_script(scripts[name].module, scripts[name].attribute)
            if name in scripts
            else portable_script(Path(source).read_bytes())
        )
        if content is not None:
            return Entry(path=row.path, source=content, executable=True)
    return Entry(path=row.path, source=source, executable=executable)


def _origin(prefix: Path, path: str) -> list[Entry]:
    content = public_origin((prefix / path).read_bytes())
    return [Entry(path=path, source=content)] if content else []


def _source(info: Path) -> Path | None:
    """Find the folder of an editable install; None for any other."""
    origin = read_direct_url(info)
    if not origin.get("dir_info", {}).get("editable"):
        return None
    from urllib.request import url2pathname  # It takes long to import.

    return Path(url2pathname(urlsplit(str(origin.get("url", ""))).path))


def _rows(info: Path, site_packages: str) -> list[RecordRow]:
    try:
        text = (info / "RECORD").read_bytes()
    except OSError:
        raise PrefixError(
            f"{info.name} has no RECORD, so nobody knows which files are its own",
            hint="Install that package again with uv or pip.",
        ) from None
    return [
        row for row in read_record(text, site_packages) if not is_bytecode(row.path)
    ]


def _entry_points(info: Path, name: str, python: str) -> dict[str, Call]:
    try:
        text = (info / "entry_points.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return entry_points(text, name=name, python=python)


def _tags(info: Path) -> list[str]:
    try:
        return read_tags((info / "WHEEL").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


def is_extension(path: str) -> bool:
    """Say whether *path* is a compiled module or a shared library."""
    return path.endswith(tuple(EXTENSION_SUFFIXES)) or ".so" in posixpath.basename(path)
