"""A distribution as a layer: the same, whether it is installed or still a wheel.

Installers rewrite RECORD, add their name and notes of their own. Here all of that gets
one form, which depends on the wheel and on where its files go.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import posixpath
import re
from collections.abc import Iterable
from configparser import ConfigParser
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from caddis.model.layers import (
    Entry,
    Layer,
    LayerKind,
    OpenRunPath,
    RunPath,
    Unrelocated,
)
from caddis.model.prefix.dist_info import DistHead, RecordRow, read_record, record_hash
from caddis.model.urls import public
from caddis.model.versions import numbers

INSTALLER = b"caddis\n"
REMADE = frozenset({"RECORD", "INSTALLER"})
"""Files of the metadata that `dist_layer` makes."""
_LEFT_OUT = frozenset({"REQUESTED", "uv_cache.json", "uv_build.json"})
"""Files of the metadata that tell of one installation, not of the package."""
_MANYLINUX = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
_MANYLINUX_N = re.compile(r"manylinux_(\d+)_(\d+)_")


class Call(NamedTuple):
    """What the script of an entry point does."""

    module: str
    attribute: str
    """Dotted or not."""
    gui: bool = False
    """Whether it opens windows of its own and needs none to print in."""


def dist_layer(
    head: DistHead,
    *,
    metadata: str,
    entries: Iterable[Entry],
    rows: Iterable[RecordRow],
    tags: Iterable[str] = (),
    different: Iterable[str] = (),
) -> Layer:
    """Make the layer of one distribution.

    *metadata* is its dist-info folder, relative to the prefix. *rows* are those of
    RECORD for what stays as it is; files that *entries* have the content of get new
    ones. *different* are paths that are not as the package has them.
    """
    record, tags = f"{metadata}/RECORD", tuple(tags)
    installer = Entry(path=f"{metadata}/INSTALLER", source=INSTALLER)
    every = [*entries, installer]
    told = {row.path: row for row in rows}
    told.update((e.path, _row_of(e)) for e in every if isinstance(e.source, bytes))
    site_packages = posixpath.dirname(metadata)
    text = _record_text(told.values(), site_packages, record)
    every.append(Entry(path=record, source=text))
    return Layer(
        name=head.name,
        version=head.version,
        kind=LayerKind.PYPI,
        entries=tuple(sorted(every, key=lambda entry: entry.path)),
        key=_key(text, site_packages, *sorted(different)),
        needs=_needs(tags),
        local=is_local(tags),
    )


def with_entries(layer: Layer, entries: Iterable[Entry]) -> Layer:
    """Put *entries* into *layer*, keeping its RECORD true."""
    every = {entry.path: entry for entry in layer.entries}
    record = next(path for path in every if path.endswith(".dist-info/RECORD"))
    site_packages = posixpath.dirname(posixpath.dirname(record))
    old = every[record].source
    assert isinstance(old, bytes)
    told = {row.path: row for row in read_record(old, site_packages)}
    del told[record]
    hashes = []
    for entry in entries:
        every[entry.path] = entry
        row = _row_of(entry)
        hashes.append(row.hash)
        # What holds a prefix has another hash wherever it is.
        stays = not isinstance(entry.edit, Unrelocated)
        told[entry.path] = row if stays else RecordRow(entry.path, "", "")
    text = _record_text(told.values(), site_packages, record)
    every[record] = replace(every[record], source=text)
    return replace(
        layer,
        entries=tuple(every[path] for path in sorted(every)),
        key=_key(text, layer.key, *hashes),
    )


def is_left_out(path: str, metadata: str) -> bool:
    """Say whether *path* tells of one installation, or is made anew by `dist_layer`."""
    folder, _, name = path.rpartition("/")
    return folder == metadata and (name in _LEFT_OUT or name in REMADE)


def public_origin(content: bytes) -> bytes | None:
    """Give a `direct_url.json` without secrets; None where it tells a local path."""
    try:
        origin = json.loads(content)
        url = origin["url"]
    except (ValueError, KeyError, TypeError):
        return None
    if "dir_info" in origin or not url.startswith(("http://", "https://", "ssh://")):
        return None
    return json.dumps({**origin, "url": public(url)}, sort_keys=True).encode() + b"\n"


def entry_points(text: str, *, name: str, python: str) -> dict[str, Call]:
    """Read the `entry_points.txt` of *name*: what each script calls.

    pip has one more, `pip3.11` for Python *python*, which installers know of.
    """
    parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    scripts = {}
    for section in ("console_scripts", "gui_scripts"):
        for script, target in parser.items(section) if section in parser else ():
            module, _, attribute = target.partition("[")[0].strip().partition(":")
            if attribute:
                scripts[script.strip()] = Call(
                    module=module.strip(),
                    attribute=attribute.strip(),
                    gui=section == "gui_scripts",
                )
    if name == "pip" and "pip" in scripts:
        scripts[f"pip{python}"] = scripts["pip"]
    return scripts


def read_tags(wheel: str) -> list[str]:
    """List the tags that the file `WHEEL` states."""
    lines = wheel.splitlines()
    return [line[5:].strip() for line in lines if line.startswith("Tag: ")]


def is_local(tags: Iterable[str]) -> bool:
    """Say whether *tags* are of a wheel that was built for this machine alone."""
    return any(tag.rpartition("-")[2].startswith("linux_") for tag in tags)


def _needs(tags: Iterable[str]) -> dict[str, str]:
    """Say which glibc the wheel was built for: its lowest manylinux tag."""
    versions = []
    for tag in tags:
        platform = tag.rpartition("-")[2]
        match = _MANYLINUX_N.match(platform)
        if match:
            versions.append(f"{match[1]}.{match[2]}")
        else:
            old = _MANYLINUX.get(platform.partition("_")[0])
            versions += [old] if old else []
    lowest = min(versions, key=numbers, default="")
    return {"glibc": lowest} if lowest else {}


def _row_of(entry: Entry) -> RecordRow:
    content = entry.source
    if isinstance(entry.edit, RunPath):
        return RecordRow(entry.path, entry.edit.hash, str(entry.edit.size))
    if isinstance(content, str) and isinstance(entry.edit, OpenRunPath):
        size = Path(content).stat().st_size
        return RecordRow(entry.path, entry.edit.hash, str(size))
    if isinstance(content, str):
        content = Path(content).read_bytes()
    return RecordRow(path=entry.path, hash=record_hash(content), size=str(len(content)))


def _record_text(rows: Iterable[RecordRow], site_packages: str, own: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    inside = f"{site_packages}/"
    for row in sorted(rows, key=lambda row: row.path):
        path = row.path.removeprefix(inside)
        if path == row.path:
            path = posixpath.relpath(path, site_packages)
        writer.writerow((path, row.hash, row.size))
    writer.writerow((posixpath.relpath(own, site_packages), "", ""))
    return out.getvalue().encode()


def _key(record: bytes, *others: str) -> str:
    """Name the layer by all that decides its bytes."""
    digest = hashlib.sha256(record)
    for text in others:
        digest.update(b"\0" + text.encode())
    return f"pypi-{digest.hexdigest()}"
