"""A machine whose files are all plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from caddis.model.layers import OpenRunPath
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
        return Asked(
            anywhere, frozenset(name for file in closed for name in self.needed(file))
        )

    def recall(self, key: str, tell: Callable[[], Iterable[str]]) -> list[str]:
        return sorted(tell())

    def soname(self, word: str) -> str:
        return ""

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        return None

    def opening(self, path: Path) -> OpenRunPath | None:
        return None

    def with_run_path(self, path: Path, run_path: str) -> bytes:
        return path.read_bytes()

    def glibc(self, path: Path) -> str:
        return ""

    def remember(self) -> None:
        return None
