"""Zip files, wheels and source distributions, read without unpacking them."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import shutil
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, cast

from caddis.errors import ProjectError
from caddis.model.imports import Problem
from caddis.ports.sources import Listing
from caddis.stages.scan.files.declarations import may_declare
from caddis.stages.scan.own.first_party import PROJECT_FILES
from caddis.stages.scan.sources import ENDINGS, NOTEBOOKS
from caddis.stages.scan.sources.outputs import read_notebook_from

_ZIPS = (".zip", ".whl", ".egg", ".pyz")
_OPENERS: dict[str, Callable[[Path], IO[bytes]]] = {
    "gz": lambda path: cast("IO[bytes]", gzip.GzipFile(path)),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_SHORT = {"tgz": "gz", "tbz2": "bz2", "tbz": "bz2", "txz": "xz", "tzst": "zst"}
_TARS = (
    ".tar",
    *(f".tar.{packed}" for packed in (*_OPENERS, "zst")),
    *(f".{short}" for short in _SHORT),
)
_DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, ValueError, RuntimeError, LookupError, OverflowError),
)
"""What Python's readers of archives raise where one is damaged or encrypted."""
_SIGNS = (".so", ".pyd", "pyvenv.cfg", "history")
"""Endings of members that are not read: compiled modules, and signs of environments."""
_OF_ANY_SIZE = (*_SIGNS, *NOTEBOOKS)
_WINDOW = 2**31
"""Bytes that zstd may look back at most: what `--long=31` does."""
_LARGEST = 64 * 2**20
"""Bytes of one member, so that a bomb stays small."""


def is_archive(path: Path) -> bool:
    """Say by its name whether *path* is an archive that can be read."""
    return path.name.lower().endswith(_ZIPS + _TARS)


class Archive:
    """The files of an archive, as a `caddis.ports.sources.Tree`."""

    def __init__(self, path: Path) -> None:
        self._members: dict[str, str] = {}
        self._size_of: dict[str, int] = {}
        self._too_large: list[Problem] = []
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        try:
            if path.name.lower().endswith(_ZIPS):
                self._zip = zipfile.ZipFile(path)
            else:
                self._tar = tarfile.open(fileobj=_inflated(path))  # noqa: SIM115
            sizes = self._sizes()
        except _DAMAGE as error:
            raise ProjectError(
                f"{path} cannot be read as an archive: {error}",
                hint="Download it again, or name a folder.",
            ) from error
        inner = _common_folder(sizes)
        for name, size in sizes.items():
            self._add(name, name.removeprefix(inner), size)

    def listing(self) -> Listing:
        """List the members that hold Python; a folder around all is left away."""
        paths = tuple(sorted(self._members))
        sizes = tuple(map(self._size_of.__getitem__, paths))
        return Listing(paths, (), tuple(self._too_large), sizes=sizes)

    def read(self, path: str) -> bytes:
        """Read one member.

        Raises:
            OSError: the archive is damaged there.
        """
        name = self._members[path]
        try:
            with self._open(name) as member:
                is_notebook = path.endswith(NOTEBOOKS)
                return read_notebook_from(member) if is_notebook else member.read()
        except _DAMAGE as error:
            raise OSError(errno.EIO, f"damaged: {error}") from error

    def _open(self, name: str) -> IO[bytes]:
        if self._zip is not None:
            return self._zip.open(name)
        member = self._tar.extractfile(name) if self._tar else None
        return member or io.BytesIO()

    def _sizes(self) -> dict[str, int]:
        """Map the name of every regular member to its size."""
        if self._zip is not None:
            infos = self._zip.infolist()
            return {i.filename: i.file_size for i in infos if not i.is_dir()}
        members = self._tar.getmembers() if self._tar else []
        return {m.name: m.size for m in members if m.isreg()}

    def _add(self, name: str, path: str, size: int) -> None:
        base = PurePosixPath(path).name
        wanted = base.lower().endswith((*ENDINGS, *_SIGNS)) or "." not in base
        if not (wanted or base in PROJECT_FILES or may_declare(path)):
            return
        if size > _LARGEST and not base.lower().endswith(_OF_ANY_SIZE):
            self._too_large.append(Problem(path=path, reason="larger than 64 MB"))
        else:
            self._members[path] = name
            self._size_of[path] = size


def _inflated(path: Path) -> IO[bytes]:
    """Decompress a tar once: reading its members in another order would do so often."""
    ending = path.suffix.lower().removeprefix(".")
    packing = _SHORT.get(ending, ending)
    if packing == "tar":
        return path.open("rb")
    plain = tempfile.TemporaryFile()  # noqa: SIM115
    if packing == "zst":
        _inflate_zstd(path, plain)
    else:
        with _OPENERS[packing](path) as packed:
            shutil.copyfileobj(packed, plain)
    plain.seek(0)
    return plain


def _inflate_zstd(path: Path, plain: IO[bytes]) -> None:
    """Write to *plain* what all frames of the file at *path* hold.

    Raises:
        OSError: it is damaged.
    """
    import zstandard

    reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    try:
        with (
            path.open("rb") as packed,
            reader.stream_reader(packed, read_across_frames=True) as frames,
        ):
            shutil.copyfileobj(frames, plain)
    except zstandard.ZstdError as error:
        raise OSError(errno.EIO, str(error)) from error


def _common_folder(names: dict[str, int]) -> str:
    """Find the one folder that holds everything, as in a source distribution."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        return ""
    (top,) = tops
    return "" if f"{top}/__init__.py" in names else f"{top}/"
