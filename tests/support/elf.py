"""A machine whose files are all plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from caddis.model.layers import OpenRunPath, RunPath
from caddis.model.prefix.dist_info import record_hash
from caddis.ports.frames import Asked


class NoElf:
    """Fulfils `caddis.ports.frames.Elf` where nothing is an ELF file."""

    def needed(self, path: Path) -> tuple[str, ...]:
        return ()

    def run_path(self, path: Path) -> tuple[str, ...]:
        return ()

    def asked_by(self, key: str, files: Callable[[], Iterable[Path]]) -> Asked:
        every = list(files())
        closed = [file for file in every if self.opening(file)]
        anywhere = frozenset(name for file in every for name in self.needed(file))
        programs = [file for file in every if self.is_program(file)]
        return Asked(
            anywhere,
            frozenset(name for file in closed for name in self.needed(file)),
            frozenset(name for file in programs for name in self.needed(file)),
        )

    def recall(self, key: str, tell: Callable[[], Iterable[str]]) -> list[str]:
        return sorted(tell())

    def soname(self, word: str) -> str:
        return ""

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        return None

    def opening(self, path: Path) -> OpenRunPath | None:
        return None

    def is_program(self, path: Path) -> bool:
        return False

    def described(self, path: Path, run_path: str) -> RunPath:
        with self.patched(path, run_path) as copy:
            content = copy.read_bytes()
        return RunPath(value=run_path, hash=record_hash(content), size=len(content))

    def patched(self, path: Path, run_path: str) -> AbstractContextManager[Path]:
        return nullcontext(path)

    def glibc(self, path: Path) -> str:
        return ""

    def remember(self) -> None:
        return None
