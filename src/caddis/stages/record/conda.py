"""conda packages as layers, read from `conda-meta`.

Each `conda-meta/NAME-VERSION-BUILD.json` lists a package's files (`paths_data`), with
their hashes and, where a prefix was written into one, the placeholder that stood there.
https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, LayerKind, Unrelocated
from caddis.model.prefix.conda_meta import GRACE, is_edited
from caddis.model.prefix.scripts import entry_point_script, portable_script

_LEFT_OUT = (
    "extracted_package_dir",
    "indexed_timestamp",
    "link",
    "package_tarball_full_path",
    "requested_spec",
    "requested_specs",
)
"""Keys that tell of one installation, not of the package."""
_LARGEST_SCRIPT = 2**20
"""Bytes; what is larger is no script that needs a header."""
_CALL = re.compile(
    rb"^from (?P<module>[\w.]+) import \w+\s.*sys\.exit\((?P<call>[\w.]+)\(\)\)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedPackage:
    """What is known of one conda package in a prefix."""

    layer: Layer
    edited: tuple[str, ...] = ()
    """Paths whose content is no longer the package's; left out of the layer."""
    missing: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    """Every path that belongs to it, those that are left out included."""


def read_packages(prefix: Path, *, embedded: str) -> Iterator[RecordedPackage]:
    """Describe each conda package in *prefix*, in order of file name.

    *embedded* is the prefix that stands in its files.

    Raises:
        PrefixError: a record is not what conda writes.
    """
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        yield _read_record(prefix, record, embedded)


def _read_record(prefix: Path, record: Path, embedded: str) -> RecordedPackage:
    try:
        data = json.loads(record.read_bytes())
        return _read_package(prefix, record, data, embedded=embedded)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PrefixError(
            f"{record} is not a record of a conda package ({error!r})",
            hint="Remove that package and install it again.",
        ) from None


def _read_package(
    prefix: Path, record: Path, data: dict[str, Any], *, embedded: str
) -> RecordedPackage:
    newest = record.stat().st_mtime + GRACE
    own = f"conda-meta/{record.name}"
    edited, missing, entries, kept = [], [], [], []
    for file in data["paths_data"]["paths"]:
        path = file["_path"]
        if path.endswith((".pyc", ".pyo")):
            continue
        entry = _entry(prefix, file, edit=_edit(embedded, file, own), newest=newest)
        if entry is None:
            missing.append(path)
        elif isinstance(entry, str):
            edited.append(path)
            kept.append(file)
        else:
            entries.append(entry)
            kept.append(_as_carried(file, entry))
    text = _record_text(data, kept)
    entries.append(Entry(path=own, source=text))
    different = (*sorted(edited), "", *sorted(missing))
    return RecordedPackage(
        layer=Layer(
            name=data["name"],
            version=data["version"],
            build=data["build"],
            kind=LayerKind.CONDA,
            entries=tuple(sorted(entries, key=lambda entry: entry.path)),
            key=f"conda-{_digest(text, repr(different).encode())}",
            needs=_needs(data.get("depends", ())),
        ),
        edited=tuple(edited),
        missing=tuple(missing),
        owned=frozenset((*data["files"], *(file["_path"] for file in kept), own)),
    )


def _entry(
    prefix: Path,
    file: Mapping[str, Any],
    *,
    edit: Unrelocated | None,
    newest: float,
) -> Entry | str | None:
    """Describe one file; its path as a string when edited, None when missing."""
    path = file["_path"]
    source = prefix / path
    try:
        status = source.lstat()
    except OSError:
        return None
    if source.is_symlink():
        return Entry(path=path, link=relative_link(source, prefix))
    if source.is_dir():
        return Entry(path=path, folder=True)
    if is_edited(source, file, size=status.st_size, newer=status.st_mtime > newest):
        return str(path)
    executable = bool(status.st_mode & 0o111)
    if path.startswith("bin/") and executable and status.st_size < _LARGEST_SCRIPT:
        content = _script(source.read_bytes(), str(file.get("path_type", "")))
        if content is not None:
            return Entry(path=path, source=content, executable=True)
    return Entry(
        path=path,
        source=os.fspath(source),
        executable=executable,
        edit=edit,
    )


def _script(content: bytes, path_type: str) -> bytes | None:
    if path_type.endswith("entry_point"):
        call = _CALL.search(content)
        if call:
            return entry_point_script(call["module"].decode(), call["call"].decode())
    return portable_script(content)


def _edit(embedded: str, file: Mapping[str, Any], record: str) -> Unrelocated | None:
    placeholder = file.get("prefix_placeholder")
    if not placeholder:
        return None
    return Unrelocated(
        prefix=embedded,
        placeholder=placeholder,
        binary=file.get("file_mode") == "binary",
        sha256=file.get("sha256") or "",
        record=record,
    )


def _as_carried(file: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """Describe a file as it stands in the frame."""
    carried = {
        key: value
        for key, value in file.items()
        if value is not None and key != "sha256_in_prefix"
    }
    if isinstance(entry.source, bytes) and not entry.link and not entry.folder:
        carried["sha256"] = carried["sha256_in_prefix"] = _digest(entry.source)
        carried["size_in_bytes"] = len(entry.source)
        carried.pop("prefix_placeholder", None)
        carried.pop("file_mode", None)
    elif entry.edit is not None:
        # Some installers state the size with the prefix of this installation in it.
        carried.pop("size_in_bytes", None)
    elif entry.edit is None and "sha256" in carried:
        carried["sha256_in_prefix"] = carried["sha256"]
    return carried


def _record_text(data: Mapping[str, Any], paths: list[dict[str, Any]]) -> bytes:
    """Give the package's record without what tells of this installation."""
    record = {key: value for key, value in data.items() if key not in _LEFT_OUT}
    record["files"] = sorted(file["_path"] for file in paths)
    record["paths_data"] = {
        **data["paths_data"],
        "paths": sorted(paths, key=lambda file: str(file["_path"])),
    }
    for key in ("url", "channel"):
        if isinstance(record.get(key), str):
            record[key] = _without_credentials(record[key])
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False)
    return text.encode() + b"\n"


def _without_credentials(url: str) -> str:
    """Remove user, password and anaconda.org's `/t/TOKEN/` from *url*."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = re.sub(r"^/t/[^/]+", "", parts.path)
    return urlunsplit((parts.scheme, host, path, parts.query, parts.fragment))


def relative_link(source: Path, prefix: Path) -> str:
    """Say where the link *source* points, relative when that is inside *prefix*."""
    target = source.readlink()
    if target.is_absolute() and target.is_relative_to(prefix):
        return os.path.relpath(target, source.parent)
    return os.fspath(target)


def _needs(depends: tuple[str, ...]) -> dict[str, str]:
    """Read `__glibc >=2.17` among the dependencies."""
    for spec in depends:
        match = re.match(r"__glibc\s*>=\s*([\d.]+)", spec)
        if match:
            return {"glibc": match[1].rstrip(".")}
    return {}


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
