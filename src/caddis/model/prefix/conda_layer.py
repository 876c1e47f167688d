"""A conda package as a layer: the same, whether it is installed or still a file.

Each installer writes other things into `conda-meta`. Here the record gets one form,
which holds what is true of the package wherever it is put.
https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from caddis.bootstrap.relocate import record_text
from caddis.model.layers import Entry, Layer, LayerKind, Unrelocated
from caddis.model.prefix.conda_meta import is_made
from caddis.model.prefix.scripts import entry_point_script, portable_script
from caddis.model.urls import public

LARGEST_SCRIPT = 2**20
"""Bytes; what is larger is no script that needs a header."""
_KEPT = frozenset(
    "name version build build_number subdir noarch depends constrains fn url md5 sha256"
    " size license".split()
)
"""Keys of the record that tell of the package, not of one installation."""
_CALL = re.compile(
    rb"^from (?P<module>[\w.]+) import \w+\s.*sys\.exit\((?P<call>[\w.]+)\(\)\)",
    re.DOTALL | re.MULTILINE,
)


class CondaFile(NamedTuple):
    """One file of a package: what `paths_data` says of it, and what is carried.

    A tuple, as an environment has many thousands.
    """

    told: Mapping[str, Any]
    entry: Entry | None
    """None when it was edited, so that the overlay has it."""
    shadowed: bool = False
    """Whether another package's file stands in its place."""

    @property
    def is_placed(self) -> bool:
        """Whether the prefix is written into it, so that it differs by place."""
        return bool(self.told.get("prefix_placeholder")) or is_made(self.told)

    @property
    def is_edited(self) -> bool:
        """Whether somebody changed it after it was installed."""
        return self.entry is None and not self.shadowed


def package_layer(
    data: Mapping[str, Any],
    files: Iterable[CondaFile],
    *,
    missing: Iterable[str] = (),
) -> Layer:
    """Make the layer of one package.

    *data* is its record, or what a channel says of it; *missing* are paths that
    ought to be there.
    """
    every = sorted(files, key=lambda file: str(file.told["_path"]))
    text = _record_text(data, [_carried(file.told, file.entry) for file in every])
    record = Entry(path=record_path(data), source=text)
    edited = [str(file.told["_path"]) for file in every if file.is_edited]
    shadowed = [str(file.told["_path"]) for file in every if file.shadowed]
    entries = [f.entry for f in every if f.entry is not None and not f.shadowed]
    # A record does not tell where links lead.
    links = [(entry.path, entry.link) for entry in entries if entry.link]
    different = repr((edited, shadowed, sorted(missing), links))
    return Layer(
        name=data["name"],
        version=data["version"],
        build=data["build"],
        kind=LayerKind.CONDA,
        entries=tuple(sorted((*entries, record), key=lambda entry: entry.path)),
        key=f"conda-{_digest(text + different.encode())}",
        needs=_needs(data.get("depends", ())),
    )


def record_path(data: Mapping[str, Any]) -> str:
    """Say where the record of a package is, relative to the prefix."""
    return f"conda-meta/{data['name']}-{data['version']}-{data['build']}.json"


def unrelocated(
    told: Mapping[str, Any], *, prefix: str, record: str
) -> Unrelocated | None:
    """Say how *prefix* comes out of a file again; None when it never was in it.

    In a file of a package, *prefix* is the placeholder itself, as empty text says.
    """
    placeholder = told.get("prefix_placeholder")
    if not placeholder:
        return None
    return Unrelocated(
        prefix=prefix or placeholder,
        placeholder=placeholder,
        binary=told.get("file_mode") == "binary",
        sha256=told.get("sha256") or "",
        record=record,
    )


def script_entry(
    path: str, content: bytes, *, path_type: str, edit: Unrelocated | None
) -> Entry | None:
    """Describe a file of `bin` that is a Python script; None when it is none."""
    if edit is not None and not edit.binary:
        content = content.replace(os.fsencode(edit.prefix), edit.placeholder.encode())
    script = _entry_point(content) if path_type.endswith("entry_point") else None
    script = script or portable_script(content)
    if script is None:
        return None
    stays = edit is not None and edit.placeholder.encode() in script
    if edit is not None and stays:
        edit = replace(edit, prefix=edit.placeholder, sha256="")
    return Entry(
        path=path, source=script, executable=True, edit=edit if stays else None
    )


def _entry_point(content: bytes) -> bytes | None:
    call = _CALL.search(content)
    if call is None:
        return None
    return entry_point_script(call["module"].decode(), call["call"].decode())


def _carried(told: Mapping[str, Any], entry: Entry | None) -> dict[str, Any]:
    """Describe a file as it stands in the frame."""
    path_type = told.get("path_type")
    if entry is not None and (entry.link or entry.folder):
        return _without_nothing(
            _path=told["_path"],
            path_type="softlink" if entry.link else "directory",
            sha256=told.get("sha256"),
        )
    digest, size = _digest_and_size(told, entry)
    placeholder = told.get("prefix_placeholder")
    if placeholder and (entry is None or entry.edit is not None):
        # The size and the hash with a prefix in it differ from place to place.
        return _without_nothing(
            _path=told["_path"],
            path_type=path_type,
            sha256=digest,
            file_mode=told.get("file_mode") or "text",
            prefix_placeholder=placeholder,
        )
    return _without_nothing(
        _path=told["_path"],
        path_type=path_type,
        sha256=digest,
        sha256_in_prefix=digest,
        size_in_bytes=size,
    )


def _without_nothing(**values: object) -> dict[str, Any]:
    if None not in values.values():
        return values
    return {key: value for key, value in values.items() if value is not None}


def _digest_and_size(
    told: Mapping[str, Any], entry: Entry | None
) -> tuple[str | None, int | None]:
    if entry is not None and isinstance(entry.source, bytes):
        return _digest(entry.source), len(entry.source)
    digest, size = told.get("sha256"), told.get("size_in_bytes")
    if entry is None or entry.edit is not None or (digest and size is not None):
        return digest, size
    # Old packages tell no hashes.
    content = Path(str(entry.source)).read_bytes()
    return _digest(content), len(content)


def _record_text(data: Mapping[str, Any], paths: list[dict[str, Any]]) -> bytes:
    record = {key: data[key] for key in _KEPT if data.get(key)}
    record["build_number"] = data.get("build_number", 0)
    record["depends"] = list(data.get("depends") or ())
    if isinstance(record.get("url"), str):
        record["url"] = public(record["url"])
        record["channel"] = record["url"].rsplit("/", 2)[0] + "/"
    record["files"] = [file["_path"] for file in paths]
    record["paths_data"] = {"paths_version": 1, "paths": paths}
    return record_text(record)


def _needs(depends: Iterable[str]) -> dict[str, str]:
    """Read `__glibc >=2.17` among the dependencies."""
    for spec in depends:
        match = re.match(r"__glibc\s*>=\s*([\d.]+)", spec)
        if match:
            return {"glibc": match[1].rstrip(".")}
    return {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
