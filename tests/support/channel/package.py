"""Conda packages, written by hand so that every byte of their records is known.

`py_rattler_build.assemble_package` finds no prefixes, so `paths.json` is made here.
The layout is that of https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

import zstandard

from caddis.host import this_host

EPOCH = 1_700_000_000
"""Every file's time, in seconds: the same package has the same bytes every day."""

PLACEHOLDER = "/opt/caddis_placehold" + "_placehold" * 23 + "_pla"
"""What stands for the prefix in built files, 255 characters as conda-build's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file of a package."""

    content: bytes | Path
    """The bytes, or where they are."""
    mode: int = 0o644
    placeholder: str = ""
    """The text that an install replaces by the prefix; empty when there is none."""
    binary: bool = False
    """Whether the replacement has to keep the length."""

    def read(self) -> bytes:
        """Return the bytes."""
        if isinstance(self.content, bytes):
            return self.content
        return self.content.read_bytes()


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A symbolic link of a package."""

    target: str


Entry = File | Link


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A conda package before it is written."""

    name: str
    version: str = "1.0"
    build: str = "0"
    build_number: int = 0
    noarch: str = ""
    """`python`, `generic`, or empty for a package of this platform."""
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    """`command = module:function`, for noarch python."""
    files: Mapping[str, Entry] = field(default_factory=dict)
    """By path in the prefix; noarch python has `site-packages/…` instead."""
    platform: str = ""
    """Conda's name of the platform; empty for this machine's."""

    @property
    def subdir(self) -> str:
        """The channel's folder that the package belongs to."""
        return "noarch" if self.noarch else self.platform or this_host().platform

    @property
    def stem(self) -> str:
        """The file name without its ending."""
        return f"{self.name}-{self.version}-{self.build}"


def text_file(text: str, *, executable: bool = False) -> File:
    """Make a text file in which `{prefix}` stands for the prefix."""
    found = "{prefix}" in text
    content = text.replace("{prefix}", PLACEHOLDER).encode()
    mode = 0o755 if executable else 0o644
    placeholder = PLACEHOLDER if found else ""
    return File(content=content, mode=mode, placeholder=placeholder)


def binary_file(*parts: bytes) -> File:
    """Make a binary file with each of *parts* after the prefix, as C strings."""
    strings = b"".join(PLACEHOLDER.encode() + part + b"\0" for part in parts)
    content = b"\x7fBIN\0" + strings + bytes(range(256))
    return File(content=content, mode=0o755, placeholder=PLACEHOLDER, binary=True)


def write_package(
    package: Package, channel: Path, *, ending: str = ".conda", level: int = 3
) -> Path:
    """Write *package* into *channel* and return its path; index it afterwards.

    *ending* is `.conda` or `.tar.bz2`.
    """
    folder = channel / package.subdir
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / f"{package.stem}{ending}"
    payload = dict(sorted(package.files.items()))
    if ending == ".conda":
        _write_conda(package, payload, out, level)
    else:
        with tarfile.open(out, "w:bz2") as tar:
            _add_entries(tar, {**_info_files(package), **payload})
    return out


def _write_conda(
    package: Package, payload: Mapping[str, Entry], out: Path, level: int
) -> None:
    metadata = json.dumps({"conda_pkg_format_version": 2}).encode()
    info: Mapping[str, Entry] = _info_files(package)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        _write_member(archive, "metadata.json", io.BytesIO(metadata))
        for part, entries in (("pkg", payload), ("info", info)):
            with _zstd_tar(entries, level) as stream:
                _write_member(archive, f"{part}-{package.stem}.tar.zst", stream)


def _write_member(archive: zipfile.ZipFile, name: str, stream: IO[bytes]) -> None:
    member = zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20))
    with archive.open(member, "w", force_zip64=True) as out:
        while chunk := stream.read(1 << 20):
            out.write(chunk)


def _zstd_tar(entries: Mapping[str, Entry], level: int) -> IO[bytes]:
    out = io.BytesIO()
    compressor = zstandard.ZstdCompressor(level=level, threads=2)
    with (
        compressor.stream_writer(out, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|") as tar,
    ):
        _add_entries(tar, entries)
    out.seek(0)
    return out


def _add_entries(tar: tarfile.TarFile, entries: Mapping[str, Entry]) -> None:
    for path, entry in entries.items():
        header = tarfile.TarInfo(path)
        header.mtime = EPOCH
        if isinstance(entry, Link):
            header.type = tarfile.SYMTYPE
            header.linkname = entry.target
            header.mode = 0o777
            tar.addfile(header)
            continue
        content = entry.read()
        header.mode = entry.mode
        header.size = len(content)
        tar.addfile(header, io.BytesIO(content))


def _info_files(package: Package) -> dict[str, File]:
    files = {
        "info/index.json": _json_file(_index(package)),
        "info/paths.json": _json_file(_paths(package.files)),
        "info/about.json": _json_file({"summary": f"{package.name}, for tests"}),
        "info/files": _lines_file(sorted(package.files)),
    }
    prefixed = _has_prefix(package.files)
    if prefixed:
        files["info/has_prefix"] = _lines_file(prefixed)
    if package.noarch == "python":
        files["info/link.json"] = _json_file(_link(package))
    return files


def _index(package: Package) -> dict[str, object]:
    index: dict[str, object] = {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": package.build_number,
        "depends": list(package.depends),
        "constrains": list(package.constrains),
        "subdir": package.subdir,
        "timestamp": EPOCH * 1000,
        "license": "Apache-2.0",
    }
    if package.noarch:
        return {**index, "noarch": package.noarch, "arch": None, "platform": None}
    system, _, width = package.subdir.partition("-")
    return {**index, "arch": {"64": "x86_64"}.get(width, width), "platform": system}


def _paths(files: Mapping[str, Entry]) -> dict[str, object]:
    paths = [_path_record(path, files) for path in sorted(files)]
    return {"paths_version": 1, "paths": paths}


def _path_record(path: str, files: Mapping[str, Entry]) -> dict[str, object]:
    entry = files[path]
    content = _resolved(path, files)
    record: dict[str, object] = {
        "_path": path,
        "path_type": "softlink" if isinstance(entry, Link) else "hardlink",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }
    if isinstance(entry, File) and entry.placeholder:
        record["prefix_placeholder"] = entry.placeholder
        record["file_mode"] = "binary" if entry.binary else "text"
    return record


def _resolved(path: str, files: Mapping[str, Entry]) -> bytes:
    """Read what *path* leads to, as conda-build hashes it; empty when it leads out."""
    seen = set()
    while path not in seen:
        seen.add(path)
        entry = files.get(path)
        if entry is None:
            return b""
        if isinstance(entry, File):
            return entry.read()
        path = _normalized(PurePosixPath(path).parent / entry.target)
    return b""


def _normalized(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return "/".join(parts)


def _has_prefix(files: Mapping[str, Entry]) -> list[str]:
    return [
        f'"{entry.placeholder}" {"binary" if entry.binary else "text"} "{path}"'
        for path, entry in sorted(files.items())
        if isinstance(entry, File) and entry.placeholder
    ]


def _link(package: Package) -> dict[str, object]:
    noarch = {"type": "python", "entry_points": list(package.entry_points)}
    return {"noarch": noarch, "package_metadata_version": 1}


def _json_file(value: object) -> File:
    return File(content=json.dumps(value, indent=2, sort_keys=True).encode())


def _lines_file(lines: Iterable[str]) -> File:
    return File(content="".join(f"{line}\n" for line in lines).encode())
