"""A layer without some of its files, whose metadata says so."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from caddis.bootstrap.relocate import record_text
from caddis.model.layers import Entry, Layer, OpenRunPath
from caddis.model.prefix.dist_info import stated_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class Smaller:
    """A file that takes the place of a larger one."""

    source: str
    """The file to read."""
    sha256: str
    """Of what is packed, lower-case hex."""
    size: int
    """Bytes."""
    edit: OpenRunPath | None = None
    """What is done to it, where that depends on the file."""


def without(
    layer: Layer, gone: Collection[str], smaller: Mapping[str, Smaller] | None = None
) -> Layer:
    """Give *layer* without the paths *gone*, and with other files for some."""
    smaller = {
        entry.path: smaller[entry.path]
        for entry in layer.entries
        if smaller and entry.path in smaller and entry.path not in gone
    }
    if not gone and not smaller:
        return layer
    stated = {path: _Stated.of_file(each) for path, each in smaller.items()}
    entries = {e.path: e for e in layer.entries if e.path not in gone}
    for path, each in smaller.items():
        edit = each.edit or entries[path].edit
        entries[path] = replace(entries[path], source=each.source, edit=edit)
    records = [path for path in entries if path.endswith(".dist-info/RECORD")]
    # setuptools' states the hashes of those that it carries further inside.
    for path in sorted(records, key=lambda path: -path.count("/")):
        text = _record(entries[path], gone, stated)
        entries[path] = replace(entries[path], source=text, edit=None)
        stated[path] = _Stated.of_content(text)
    for path in [path for path in entries if _is_conda_record(path)]:
        text = _conda_record(entries[path], gone, stated)
        entries[path] = replace(entries[path], source=text)
    return replace(
        layer,
        entries=tuple(entries[path] for path in sorted(entries)),
        key=_key(layer.key, gone, smaller),
    )


@dataclass(frozen=True, slots=True)
class _Stated:
    """What metadata states of a file."""

    sha256: str
    size: int

    @classmethod
    def of_file(cls, smaller: Smaller) -> _Stated:
        return cls(smaller.sha256, smaller.size)

    @classmethod
    def of_content(cls, content: bytes) -> _Stated:
        return cls(hashlib.sha256(content).hexdigest(), len(content))

    @property
    def as_record_has_it(self) -> tuple[str, str]:
        return stated_hash(bytes.fromhex(self.sha256)), str(self.size)


def _record(
    entry: Entry, gone: Collection[str], stated: Mapping[str, _Stated]
) -> bytes:
    """Write RECORD again; rows of other files stay as they are."""
    site_packages = posixpath.dirname(posixpath.dirname(entry.path))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in csv.reader(io.StringIO(entry.read().decode())):
        path = posixpath.normpath(posixpath.join(site_packages, row[0]))
        if path in gone:
            continue
        if path in stated:
            row = [row[0], *stated[path].as_record_has_it]
        writer.writerow(row)
    return out.getvalue().encode()


def _is_conda_record(path: str) -> bool:
    return path.startswith("conda-meta/") and path.endswith(".json")


def _conda_record(
    entry: Entry, gone: Collection[str], stated: Mapping[str, _Stated]
) -> bytes:
    record: dict[str, Any] = json.loads(entry.read())
    record["files"] = [path for path in record["files"] if path not in gone]
    data = record["paths_data"]
    data["paths"] = [file for file in data["paths"] if file["_path"] not in gone]
    for file in data["paths"]:
        found = stated.get(file["_path"])
        if found:
            file["sha256"] = file["sha256_in_prefix"] = found.sha256
            file["size_in_bytes"] = found.size
    return record_text(record)


def _key(key: str, gone: Collection[str], smaller: Mapping[str, Smaller]) -> str:
    if not key:
        return ""
    digest = hashlib.sha256()
    for path in sorted(gone):
        digest.update(f"{path}\0".encode())
    for path, each in sorted(smaller.items()):
        digest.update(f"{path}\0{each.sha256}\0".encode())
    return f"{key}-trimmed-{digest.hexdigest()}"
