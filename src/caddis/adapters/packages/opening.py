"""Taking packages apart: wheels, `.conda` and `.tar.bz2`."""

from __future__ import annotations

import bz2
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

import zstandard

from caddis.errors import ArchiveError

_CHUNK = 2**20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_UNSAFE = re.compile(r"^/|^[A-Za-z]:|\\|\0|(^|/)\.\.?(/|$)|//")
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zstandard.ZstdError,
    zlib.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
)


class Kept(NamedTuple):
    """Where the content of a file is, and what else counts."""

    number: int
    executable: bool
    link: str


def open_package(path: Path, name: str, folder: Path) -> dict[str, Kept]:
    """Write the contents of the package at *path* into *folder*, by number.

    *name* tells what kind it is.

    Raises:
        ArchiveError: it is damaged, unsafe, or of an unknown kind.
    """
    opener = _opener(name)
    try:
        return opener(path, _Contents(folder, name))
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise ArchiveError(
            f"{name} is damaged: {error}",
            hint="Its hash is the one in the lock, so it was published like this.",
        ) from None


def open_folder(package: Path, name: str, folder: Path) -> dict[str, Kept]:
    """Do the same with a conda package that somebody took apart into *package*.

    Raises:
        ArchiveError: it is unsafe.
    """
    contents = _Contents(folder, name)
    for parent, folders, names in os.walk(package):
        folders.sort()
        # A link to a folder is a link.
        links = [each for each in folders if os.path.islink(f"{parent}/{each}")]
        for each in sorted((*names, *links)):
            place = Path(parent, each)
            path = place.relative_to(package).as_posix()
            if place.is_symlink():
                contents.link(path, os.readlink(place))
            elif not _is_bytecode(path):
                executable = bool(place.stat().st_mode & 0o100)
                with place.open("rb") as stream:
                    contents.add(path, stream, executable=executable)
    return contents.kept


def _opener(name: str) -> Callable[[Path, _Contents], dict[str, Kept]]:
    if name.endswith(".whl"):
        return _open_wheel
    if name.endswith(".conda"):
        return _open_conda
    if name.endswith(".tar.bz2"):
        return _open_tar_bz2
    raise ArchiveError(
        f"{name} is neither a wheel nor a conda package",
        hint="caddis packs .whl, .conda and .tar.bz2 files.",
    )


class _Contents:
    """Files as they come out of a package."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.kept: dict[str, Kept] = {}

    def add(self, path: str, stream: IO[bytes], *, executable: bool) -> None:
        """Keep a file; one of the same path before it is forgotten."""
        self._check(path)
        number = len(self.kept)
        # Thousands of small files: not a system call more than they need.
        out = os.open(f"{self._folder}/{number}", _NEW_FILE, 0o644)
        try:
            while piece := stream.read(_CHUNK):
                _write(out, piece)
        finally:
            os.close(out)
        self._keep(path, Kept(number=number, executable=executable, link=""))

    def link(self, path: str, target: str) -> None:
        """Keep a symbolic link; nothing is ever written through it."""
        self._check(path)
        self._keep(path, Kept(number=0, executable=False, link=target))

    def same(self, path: str, other: str) -> None:
        """Keep a file that has the content of *other*, which came before it."""
        self._check(path)
        if other not in self.kept:
            raise ArchiveError(f"{self._name} links {path} to {other}, which it lacks")
        self._keep(path, self.kept[other])

    def refuse(self, path: str, what: str) -> None:
        """Stop at what is neither file nor link."""
        raise ArchiveError(f"{self._name} holds {what}: {path}")

    def _keep(self, path: str, kept: Kept) -> None:
        if path in self.kept:
            self.refuse(path, "one path twice")
        self.kept[path] = kept

    def _check(self, path: str) -> None:
        if not path or _UNSAFE.search(path):
            self.refuse(path, "a path that leads out of it")


def _write(file: int, content: bytes) -> None:
    done = os.write(file, content)
    while done < len(content):
        done += os.write(file, content[done:])


def _is_bytecode(path: str) -> bool:
    """Say whether *path* is a compiled module, which is always made anew."""
    return path.endswith((".pyc", ".pyo"))


def _open_wheel(path: Path, contents: _Contents) -> dict[str, Kept]:
    with zipfile.ZipFile(path) as wheel:
        for member in wheel.infolist():
            if member.is_dir() or _is_bytecode(member.filename):
                continue
            mode = member.external_attr >> 16
            if stat.S_ISLNK(mode):
                contents.refuse(member.filename, "a link, which wheels may not")
            with wheel.open(member) as stream:
                executable = bool(mode & 0o111)
                contents.add(member.filename, stream, executable=executable)
    return contents.kept


def _open_conda(path: Path, contents: _Contents) -> dict[str, Kept]:
    with zipfile.ZipFile(path) as outer:
        for part in _tars(outer):
            with (
                outer.open(part) as packed,
                zstandard.ZstdDecompressor().stream_reader(packed) as stream,
                tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as tar,
            ):
                _add_members(tar, contents)
    return contents.kept


def _tars(outer: zipfile.ZipFile) -> Iterator[str]:
    for part in ("info-", "pkg-"):
        names = [n for n in outer.namelist() if n.startswith(part)]
        if not names or not names[0].endswith(".tar.zst"):
            raise zipfile.BadZipFile(f"it has no {part}*.tar.zst")
        yield names[0]


def _open_tar_bz2(path: Path, contents: _Contents) -> dict[str, Kept]:
    with (
        bz2.open(path) as stream,
        tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as tar,
    ):
        _add_members(tar, contents)
    return contents.kept


def _add_members(tar: tarfile.TarFile, contents: _Contents) -> None:
    for member in tar:
        path = member.name.removeprefix("./")
        if member.isdir() or _is_bytecode(path):
            continue
        if member.issym():
            contents.link(path, member.linkname)
        elif member.islnk():
            contents.same(path, member.linkname.removeprefix("./"))
        elif member.isreg():
            stream = tar.extractfile(member)
            assert stream is not None
            contents.add(path, stream, executable=bool(member.mode & 0o111))
        else:
            contents.refuse(path, "a device or a pipe")
