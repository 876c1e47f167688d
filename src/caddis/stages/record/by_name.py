"""Libraries of this machine that Python code opens by their name.

They travel as a last resort, with what they need: a target that has them uses its own.
What they read besides (fonts, tables of types) is found by paths of the machine that
built them, so it cannot go along.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer
from caddis.model.words import counted, in_units
from caddis.ports.frames import Elf
from caddis.stages.record.libraries import (
    LAST_RESORT,
    as_entry,
    find_libraries,
    is_wanted,
)
from caddis.stages.record.opened import opened_by

_SHOWN = 6
"""Libraries that are named in one line."""
_DATA = re.compile(
    rb"/usr/(?:local/)?share/(?!locale|zoneinfo|X11|glvnd|drirc)[\w./+-]+"
)
"""Data of the machine, translations, time zones and what drivers have apart."""


class Opened(NamedTuple):
    """A library of this machine, and the distributions that open it."""

    file: Path
    by: list[str]


_OF_GPUS = (
    *("libcublas", "libcudart", "libcudnn", "libcufft", "libcufile", "libcupti"),
    *("libcurand", "libcusolver", "libcusparse", "libcutensor", "libnccl", "libnpp"),
    *("libnvJitLink", "libnvToolsExt", "libnvinfer", "libnvjpeg", "libnvrtc"),
    *("libamdhip64", "libhip", "libMIOpen", "librccl", "librocblas", "librocm"),
)
"""How libraries start that take gigabytes, for those who have such a card alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ByName:
    """What goes along because it is opened by name, and what to say about it."""

    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()


def bring_opened(
    dists: Sequence[Layer],
    *,
    asked: Collection[str],
    present: frozenset[str],
    program: Path,
    elf: Elf,
) -> ByName:
    """Collect what *dists* open by name, what is *asked* for, and what these need.

    *present* are libraries that go along anyway, where *program* finds them.

    Raises:
        PrefixError: this machine has nothing by a name that is *asked* for.
    """
    found = opened_here(dists, program=program, elf=elf)
    opened = {n: it for n, it in found.items() if not n.startswith(_OF_GPUS)}
    for name in asked:
        soname, file = _on_machine(name, program, elf)
        opened.setdefault(soname, Opened(file, []))
    fresh = {name: it for name, it in opened.items() if name not in present}
    needs = find_libraries(
        {f"{LAST_RESORT}/{name}": it.file for name, it in fresh.items()},
        present=present | fresh.keys(),
        elf=elf,
        folder=LAST_RESORT,
    )
    entries = (*_entries(fresh, elf), *needs.entries)
    missing = (
        f"{path.rpartition('/')[2]} needs {name}, which this machine does not have"
        for name, path in sorted(needs.missing.items())
    )
    return ByName(
        entries=entries,
        notes=(
            *_told(fresh, entries),
            *_told_stays({n: it for n, it in found.items() if n not in opened}),
            *_told_data(opened),
            *missing,
        ),
    )


def opened_here(
    dists: Iterable[Layer], *, program: Path, elf: Elf
) -> dict[str, Opened]:
    """Find each library that *dists* open by name, where *program* would find it.

    What a distribution opens and brings itself is not among them, nor what this
    machine lacks.
    """
    opened: dict[str, Opened] = {}
    for dist in dists:
        key = f"opened-by:{dist.key}" if dist.key else ""
        names = elf.recall(key, partial(opened_by, dist))
        for name in {_soname(name, elf) for name in names} - {""}:
            if not is_wanted(name, frozenset()) or _brings(dist, name):
                continue
            where = elf.locate(name, wanted_by=program)
            if where is not None:
                opened.setdefault(name, Opened(where.resolve(), []))
                opened[name].by.append(dist.name)
    return dict(sorted(opened.items()))


def left_here(dists: Iterable[Layer], *, program: Path, elf: Elf) -> Iterator[str]:
    """Say what *dists* open of this machine, where all else comes from channels."""
    prefix = program.resolve().parent.parent
    for name, it in opened_here(dists, program=program, elf=elf).items():
        if not it.file.is_relative_to(prefix):
            yield (
                f"{' and '.join(it.by)} may open {name} of this machine, which does not"
                " go along; install the package of a channel that has it"
            )


def refuse_asked(names: Collection[str]) -> None:
    """Take no library of this machine where its Python does not go along, either.

    Raises:
        PrefixError: there are *names* of such libraries.
    """
    if names:
        raise PrefixError(
            f"{' and '.join(names)} cannot go along: libraries of this machine do so"
            " with its Python only, and here Python is a package",
            hint="Install the package of a channel that has the library.",
        )


def _soname(name: str, elf: Elf) -> str:
    return name if ".so" in name else elf.soname(name)


def _on_machine(name: str, program: Path, elf: Elf) -> tuple[str, Path]:
    soname = _soname(name, elf)
    where = elf.locate(soname, wanted_by=program) if soname else None
    if where is None:
        raise PrefixError(
            f"this machine has no library {name}",
            hint="Name it as the loader does (libcairo.so.2) or as ctypes does (cairo);"
            " `ldconfig -p` lists what there is.",
        )
    return soname, where.resolve()


def _brings(dist: Layer, library: str) -> bool:
    """Say whether *dist* has a library of its own of that name, however decorated."""
    own = re.compile(rf".*/{re.escape(library.partition('.so')[0])}[^A-Za-z0-9/][^/]*")
    return any(".so" in path and own.fullmatch(path) for path in dist.paths)


def _entries(opened: Mapping[str, Opened], elf: Elf) -> Iterator[Entry]:
    """Give each file once; another of its names is a link to the longest one."""
    names: dict[Path, str] = {}
    for name, it in sorted(opened.items(), reverse=True):
        path = f"{LAST_RESORT}/{name}"
        if names.setdefault(it.file, name) == name:
            yield as_entry(path, it.file, elf)
        else:
            yield Entry(path=path, link=names[it.file])


def _told(opened: Mapping[str, Opened], entries: Sequence[Entry]) -> Iterator[str]:
    if not opened:
        return
    named = [f"{name} ({', '.join(it.by)})" for name, it in opened.items() if it.by]
    named += (name for name, it in opened.items() if not it.by)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    libraries = [str(entry.source) for entry in entries if not entry.link]
    size = sum(Path(file).stat().st_size for file in libraries)
    yield (
        f"taken along from this machine, for they are opened by name:"
        f" {', '.join(named[:_SHOWN])}{more}; with what these need"
        f" {counted(len(libraries), 'file')}, {in_units(size)}"
    )


def _told_stays(opened: Mapping[str, Opened]) -> Iterator[str]:
    for opener in sorted({name for it in opened.values() for name in it.by}):
        names = ", ".join(name for name, it in opened.items() if opener in it.by)
        yield (
            f"{opener} may open {names}, for graphics cards: that goes along only with"
            " --library"
        )


def _told_data(opened: Mapping[str, Opened]) -> Iterator[str]:
    files = {it.file: name for name, it in opened.items()}
    for file, name in files.items():
        paths = {os.fsdecode(path) for path in _DATA.findall(file.read_bytes())}
        there = sorted(path for path in paths if _is_there(Path(path)))
        if there:
            yield f"{name} reads {', '.join(there)}, which does not go along"


def _is_there(path: Path) -> bool:
    """Say whether there is anything at *path*, or of that name with an ending."""
    return path.exists() or any(path.parent.glob(f"{path.name}.*"))
