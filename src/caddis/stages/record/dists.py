"""PyPI distributions as layers, read from their RECORD.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.conda_meta import GRACE
from caddis.model.prefix.dist_info import (
    RecordRow,
    is_bytecode,
    is_edited,
    read_direct_url,
    read_head,
    read_record,
    record_hash,
)
from caddis.model.prefix.scripts import entry_point_script, portable_script

INSTALLER = b"caddis\n"
_LEFT_OUT = {"REQUESTED", "uv_cache.json", "uv_build.json"}
"""Files of the metadata that tell of one installation, not of the package."""
_MANYLINUX = {"manylinux1": "2.5", "manylinux2010": "2.12", "manylinux2014": "2.17"}
_MANYLINUX_N = re.compile(r"manylinux_(\d+)_(\d+)_")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedDist:
    """What is known of one distribution in a prefix."""

    layer: Layer
    edited: tuple[str, ...] = ()
    """Paths whose content is no longer the package's; left out of the layer."""
    missing: tuple[str, ...] = ()
    owned: frozenset[str] = frozenset()
    """Every path that belongs to it, those that are left out included."""
    local: bool = False
    """Built on this machine: its wheel makes no promise about other machines."""


def read_dists(prefix: Path, site_packages: str) -> Iterator[RecordedDist]:
    """Describe each distribution below *prefix*, in order of name.

    Raises:
        PrefixError: one has no RECORD, or is an editable install.
    """
    folder = prefix / site_packages
    for info in sorted(folder.glob("*.dist-info"), key=lambda path: path.name.lower()):
        if (info / "METADATA").exists():
            yield _read_dist(prefix, site_packages, info)


def _read_dist(prefix: Path, site_packages: str, info: Path) -> RecordedDist:
    head = read_head(info)
    name, version = head.name, head.version
    _refuse_editable(info, name)
    rows = _rows(info, site_packages)
    scripts = _entry_points(info)
    newest = (info / "RECORD").stat().st_mtime + GRACE
    edited, missing, entries, kept = [], [], [], []
    metadata = f"{site_packages}/{info.name}"
    for row in rows:
        if posixpath.basename(row.path) in _LEFT_OUT and row.path.startswith(metadata):
            continue
        if row.path in {f"{metadata}/RECORD", f"{metadata}/INSTALLER"}:
            continue
        entry = _entry(prefix, row, scripts=scripts, newest=newest)
        if entry is None:
            missing.append(row.path)
        elif isinstance(entry, str):
            edited.append(row.path)
            kept.append(row)
        else:
            entries.append(entry)
            kept.append(_row_of(entry) if isinstance(entry.source, bytes) else row)
    installer = Entry(path=f"{metadata}/INSTALLER", source=INSTALLER)
    kept.append(_row_of(installer))
    record = _record_text(kept, site_packages, f"{metadata}/RECORD")
    entries += [installer, Entry(path=f"{metadata}/RECORD", source=record)]
    tags = _tags(info)
    return RecordedDist(
        layer=Layer(
            name=name,
            version=version,
            kind=LayerKind.PYPI,
            entries=tuple(sorted(entries, key=lambda entry: entry.path)),
            key=_key(record, site_packages, (*edited, *missing)),
            needs=_needs(tags),
        ),
        edited=tuple(edited),
        missing=tuple(missing),
        owned=frozenset((*(row.path for row in rows), f"{metadata}/RECORD")),
        local=any(tag.rpartition("-")[2].startswith("linux_") for tag in tags),
    )


def with_content(dist: RecordedDist, changed: Mapping[str, bytes]) -> RecordedDist:
    """Replace files of *dist* by other content, keeping its RECORD true."""
    entries = {entry.path: entry for entry in dist.layer.entries}
    record = next(path for path in entries if path.endswith(".dist-info/RECORD"))
    site_packages = posixpath.dirname(posixpath.dirname(record))
    rows = [
        row
        for row in read_record(entries[record].source, site_packages)
        if row.path not in changed and row.path != record
    ]
    for path, content in changed.items():
        entries[path] = Entry(
            path=path, source=content, executable=entries[path].executable
        )
        rows.append(_row_of(entries[path]))
    text = _record_text(rows, site_packages, record)
    entries[record] = Entry(path=record, source=text)
    layer = Layer(
        name=dist.layer.name,
        version=dist.layer.version,
        kind=dist.layer.kind,
        entries=tuple(entries[path] for path in sorted(entries)),
        key=_key(text, site_packages, (*dist.edited, *dist.missing)),
        needs=dist.layer.needs,
    )
    return RecordedDist(
        layer=layer,
        edited=dist.edited,
        missing=dist.missing,
        owned=dist.owned,
        local=dist.local,
    )


def _entry(
    prefix: Path,
    row: RecordRow,
    *,
    scripts: Mapping[str, tuple[str, str]],
    newest: float,
) -> Entry | str | None:
    """Describe one file; its path as a string when edited, None when missing."""
    source = prefix / row.path
    try:
        status = source.stat()
    except OSError:
        return None
    executable = bool(status.st_mode & 0o111)
    folder, _, name = row.path.rpartition("/")
    if is_edited(source, row, size=status.st_size, newer=status.st_mtime > newest):
        return row.path
    if folder == "bin":
        content = (
            entry_point_script(*scripts[name])
            if name in scripts
            else portable_script(source.read_bytes())
        )
        if content is not None:
            return Entry(path=row.path, source=content, executable=True)
    return Entry(path=row.path, source=os.fspath(source), executable=executable)


def _refuse_editable(info: Path, name: str) -> None:
    if read_direct_url(info).get("dir_info", {}).get("editable"):
        raise PrefixError(
            f"{name} is installed in editable mode, so its files are elsewhere",
            hint=f"Install it properly before packing: uv pip install {name} from its"
            " folder, without -e.",
        )


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


def _entry_points(info: Path) -> dict[str, tuple[str, str]]:
    """Map the name of each script to its module and attribute."""
    parser = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(info / "entry_points.txt", encoding="utf-8")
    scripts = {}
    for section in ("console_scripts", "gui_scripts"):
        for name, target in parser.items(section) if section in parser else ():
            module, _, attribute = target.partition("[")[0].strip().partition(":")
            if attribute:
                scripts[name.strip()] = module.strip(), attribute.strip()
    return scripts


def _tags(info: Path) -> list[str]:
    try:
        lines = (info / "WHEEL").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [line[5:].strip() for line in lines if line.startswith("Tag: ")]


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
    lowest = min(versions, key=lambda v: tuple(map(int, v.split("."))), default="")
    return {"glibc": lowest} if lowest else {}


def _row_of(entry: Entry) -> RecordRow:
    content = entry.source if isinstance(entry.source, bytes) else b""
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


def _key(record: bytes, site_packages: str, different: Iterable[str]) -> str:
    """Name the layer by all that decides its bytes."""
    digest = hashlib.sha256(record)
    for text in (site_packages, *sorted(different)):
        digest.update(b"\0" + text.encode())
    return f"pypi-{digest.hexdigest()}"


def is_extension(path: str) -> bool:
    """Say whether *path* is a compiled module or a shared library."""
    return path.endswith(tuple(EXTENSION_SUFFIXES)) or ".so" in posixpath.basename(path)
