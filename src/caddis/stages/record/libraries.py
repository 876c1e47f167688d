"""Which shared libraries of this machine an environment has to bring along.

What auditwheel does for wheels, for whole environments: everything that programs and
extension modules ask for goes along, except glibc, which belongs to the target's
kernel and loader. https://peps.python.org/pep-0600/

Wheels made for many machines bring what they need, except what a desktop has (libGL,
libX11, glib) and what their makers forgot (libgomp). A target may lack these, or have
others that fit its graphics card; so they travel in a folder that is searched last, as
do libstdc++ and libgcc_s, of which a system's own libraries may need newer ones.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from caddis.model.layers import Entry, RunPath
from caddis.ports.frames import Elf

LIBRARIES = "lib"
LAST_RESORT = "lib/last-resort"
"""Folder, relative to the prefix, that is searched after the target's own."""

_COMPANIONS = ("libstdc++.so.6", "libgcc_s.so.1")
_GLIBC = frozenset(
    """
    ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux.so.2 libBrokenLocale.so.1
    libanl.so.1 libc.so.6 libdl.so.2 libm.so.6 libmvec.so.1 libnss_compat.so.2
    libnss_dns.so.2 libnss_files.so.2 libpthread.so.0 libresolv.so.2 librt.so.1
    libthread_db.so.1 libutil.so.1
    """.split()
)
_TARGET_FOLDERS = (
    "/lib64",
    "/usr/lib64",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib",
    "/usr/lib",
)


_OF_DRIVERS = ("libcuda.so", "libnvidia-", "libnvcuvid.so", "libnvoptix.so")
"""What starts like this belongs to the kernel of one machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Libraries:
    """What goes along, and what that asks of the files that need it."""

    entries: tuple[Entry, ...]
    """The libraries, in `lib/` or the last resort."""
    needy: frozenset[str]
    """Paths of the given files that need one of them."""
    missing: Mapping[str, str]
    """Libraries that were not found, with a file that needs each."""


def find_libraries(
    files: Mapping[str, Path],
    *,
    present: Iterable[str],
    elf: Elf,
    folder: str = LIBRARIES,
) -> Libraries:
    """Collect what *files* (path in the prefix to file here) need, and need in turn.

    *present* names the libraries that the environment has anyway. What is found goes
    to *folder*.
    """
    here = frozenset(present)
    found: dict[str, Path] = {}
    missing: dict[str, str] = {}
    needy = set()
    waiting = list(files.items())
    while waiting:
        path, source = waiting.pop()
        for library in elf.needed(source):
            if not is_wanted(library, here):
                continue
            if path in files:
                needy.add(path)
            if library in found or library in missing:
                continue
            where = elf.locate(library, wanted_by=source)
            if where is None:
                missing[library] = path
                continue
            found[library] = where.resolve()
            waiting.append((f"{folder}/{library}", found[library]))
    entries = [as_entry(f"{folder}/{name}", found[name], elf) for name in sorted(found)]
    return Libraries(entries=tuple(entries), needy=frozenset(needy), missing=missing)


def is_wanted(library: str, present: frozenset[str]) -> bool:
    """Say whether a target needs *library* of us, where *present* are there."""
    if library in present or library in _GLIBC or library in _COMPANIONS:
        return False
    return not library.startswith(_OF_DRIVERS)


def companions(elf: Elf, *, wanted_by: Path) -> list[Entry]:
    """List libstdc++ and libgcc_s of this machine, as a last resort."""
    places = ((name, elf.locate(name, wanted_by=wanted_by)) for name in _COMPANIONS)
    return [
        as_entry(f"{LAST_RESORT}/{name}", where.resolve(), elf)
        for name, where in places
        if where is not None
    ]


def run_path_from(path: str) -> str:
    """Say how the file *path* of a prefix finds `lib/` from its own folder."""
    return _origin(posixpath.relpath("lib", posixpath.dirname(path)))


def program_run_path(path: str) -> RunPath:
    """Give the run path of an interpreter: what modules it loads inherit from it."""
    last = posixpath.relpath(LAST_RESORT, posixpath.dirname(path))
    folders = (run_path_from(path), *_TARGET_FOLDERS, _origin(last))
    return RunPath(value=":".join(folders))


def as_entry(path: str, source: Path, elf: Elf) -> Entry:
    """Describe *source*, a library of this machine, as it is to stand at *path*."""
    edit = RunPath(value="$ORIGIN") if _needs_run_path(path, source, elf) else None
    return Entry(path=path, source=str(source), executable=False, edit=edit)


def _needs_run_path(path: str, source: Path, elf: Elf) -> bool:
    if path.startswith(LAST_RESORT):
        # Without one it takes the target's libraries before those beside it.
        return bool(elf.run_path(source))
    return any(name not in _GLIBC for name in elf.needed(source))


def _origin(relative: str) -> str:
    return "$ORIGIN" if relative == "." else f"$ORIGIN/{relative}"
