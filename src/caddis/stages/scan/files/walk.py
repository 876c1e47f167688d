"""Find the files of a folder that hold Python, and say what is left out."""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

from caddis.model.imports import Problem
from caddis.ports.sources import Listing
from caddis.stages.scan.files.ignore import Rule, Rules, read_rules
from caddis.stages.scan.files.left_out import (
    UNPACKED,
    WHY_ENVIRONMENT,
    is_script,
    why_left_out,
    why_none,
)
from caddis.stages.scan.own.first_party import PROJECT_FILES
from caddis.stages.scan.sources import ENDINGS, NOTEBOOKS, tells_by_its_start
from caddis.stages.scan.sources.outputs import read_notebook_from

COMPILED = (".so", ".pyd")
_SIZE = struct.Struct("<q")
_BEFORE_SIZE = 16
"""Bytes of a stamp."""
_LARGEST = 64 * 2**20
"""Bytes; nobody writes more Python than this into one file."""
_OF_ANY_SIZE = (*COMPILED, *NOTEBOOKS)


class Folder:
    """A folder on disk, as a `caddis.ports.sources.Tree`."""

    def __init__(self, root: Path, *, everything: bool = False) -> None:
        self._root = str(root)
        self._everything = everything

    def listing(self) -> Listing:
        """List what is in the folder, sorted, and what was left out."""
        files: list[tuple[str, bytes]] = []
        left_out: list[Problem] = []
        unreadable: list[Problem] = []
        rules = None if self._everything else _rules_above(Path(self._root))
        for kind, path, reason in _Walk(everything=self._everything).walk(
            self._root, "", rules
        ):
            if isinstance(reason, bytes):
                files.append((path, reason))
            elif kind == "left out":
                left_out.append(Problem(path=path, reason=reason))
            else:
                unreadable.append(Problem(path=path, reason=reason))
        files.sort()
        return Listing(
            tuple(path for path, _ in files),
            tuple(left_out),
            tuple(unreadable),
            tuple(stamp for _, stamp in files),
            tuple(_size_in(stamp) for _, stamp in files),
        )

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            OSError: it cannot be read.
        """
        place = f"{self._root}/{path}"
        if path.endswith(NOTEBOOKS):
            with open(place, "rb") as file:
                return read_notebook_from(file)
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            expected = os.fstat(descriptor).st_size
            data = os.read(descriptor, expected + 1)
            # A file that is being written, or is none, tells another size.
            while len(data) != expected and (more := os.read(descriptor, 2**20)):
                data += more
            return data
        finally:
            os.close(descriptor)


_Seen = tuple[str, str, str | bytes]
"""`file`, `left out` or `unreadable`; path; reason, or the stamp of a file."""


class _Walk:
    def __init__(self, *, everything: bool) -> None:
        self._everything = everything

    def walk(self, folder: str, inside: str, rules: Rules | None) -> Iterator[_Seen]:
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            yield "unreadable", inside.rstrip("/") or ".", _reason(error)
            return
        names = {entry.name for entry in entries}
        if reason := self._why_none(folder, inside, names):
            yield "left out", inside.rstrip("/"), reason
            return
        if ".gitignore" in names and not self._everything:
            rules = Rules(inside, _read_rules(f"{folder}/.gitignore"), rules)
        for entry in entries:
            path = inside + entry.name
            if entry.is_dir(follow_symlinks=False):
                reason = self._why_not(entry.name, path, names, rules)
                if reason:
                    yield "left out", path, reason
                else:
                    yield from self.walk(entry.path, f"{path}/", rules)
            elif _is_wanted(entry.name):
                if rules is not None and rules.ignores(path, is_folder=False):
                    yield "left out", path, "ignored by .gitignore"
                else:
                    yield from _file(entry, path)

    def _why_none(self, folder: str, inside: str, names: set[str]) -> str:
        """Say why nothing in *folder* is read; empty when it is read."""
        if self._everything or not inside:
            return ""
        # A project has a folder of this name as well, but none of its own in it.
        if ".caddis" in names and os.path.isfile(f"{folder}/{UNPACKED}"):
            return WHY_ENVIRONMENT
        return why_none(inside.rstrip("/").rpartition("/")[2], names)

    def _why_not(
        self, name: str, path: str, beside: set[str], rules: Rules | None
    ) -> str:
        """Say why a folder is left out; empty when it is not."""
        if self._everything:
            return ""
        reason = why_left_out(name, of_project=not beside.isdisjoint(PROJECT_FILES))
        if reason:
            return reason
        if rules is not None and rules.ignores(path, is_folder=True):
            return "ignored by .gitignore"
        return ""


def _is_wanted(name: str) -> bool:
    lower = name.lower()
    if lower.endswith(ENDINGS) or lower.endswith(COMPILED):
        return True
    return "." not in name or name in PROJECT_FILES


def _file(entry: os.DirEntry[str], path: str) -> Iterator[_Seen]:
    try:
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            if not stat.S_ISDIR(status.st_mode) and "." in entry.name:
                yield "unreadable", path, "not a regular file"
        elif tells_by_its_start(entry.name) and not _is_script(entry.path):
            return
        elif status.st_size > _LARGEST and not path.endswith(_OF_ANY_SIZE):
            yield "unreadable", path, "larger than 64 MB"
        else:
            yield "file", path, _stamp(status)
    except OSError as error:
        if "." in entry.name:
            yield "unreadable", path, _reason(error)


def _stamp(status: os.stat_result) -> bytes:
    """Pack what changes with the content: the time of change cannot be set back."""
    return struct.pack(
        "<qqqQQ",
        status.st_ctime_ns,
        status.st_mtime_ns,
        status.st_size,
        status.st_ino % 2**64,
        status.st_dev % 2**64,
    )


def _size_in(stamp: bytes) -> int:
    size: int = _SIZE.unpack_from(stamp, _BEFORE_SIZE)[0]
    return size


def _is_script(path: str) -> bool:
    """Say whether a file without an ending asks to be run by Python."""
    with open(path, "rb", buffering=0) as file:
        start: bytes = file.read(128)
    return is_script(start)


def _rules_above(root: Path) -> Rules | None:
    """Read the `.gitignore` files between *root* and its repository's top."""
    root = root.resolve()
    above: list[Path] = []
    for folder in root.parents:
        if (root / ".git").exists():
            break
        above.append(folder)
        if (folder / ".git").exists():
            break
    else:
        above = []
    rules = None
    for folder in reversed(above):
        outer = root.relative_to(folder).as_posix() + "/"
        rules = Rules("", _read_rules(str(folder / ".gitignore")), rules, outer)
    return rules


def _read_rules(path: str) -> tuple[Rule, ...]:
    try:
        return read_rules(Path(path).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


def _reason(error: OSError) -> str:
    return f"not read: {error.strerror or error}"
