"""What environments take from the machine: Python, libraries, and places of these."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from caddis.model.layers import Entry, Layer, LayerKind, OpenRunPath, RunPath
from caddis.model.prefix.dist_layer import with_entries
from caddis.model.versions import numbers
from caddis.ports.frames import Asked, Elf
from caddis.ports.interpreter import Installation
from caddis.stages.record.by_name import bring_opened
from caddis.stages.record.dists import RecordedDist
from caddis.stages.record.interpreter import (
    elf_files,
    files_key,
    read_interpreter,
    with_run_paths,
)
from caddis.stages.record.libraries import (
    LAST_RESORT,
    Libraries,
    companions,
    find_libraries,
    is_wanted,
    program_run_path,
    run_path_from,
)

_SHOWN = 3
"""Libraries of one package that are named when they are nowhere."""
_LARGEST_PROGRAM = 96 * 2**20
"""Bytes up to which a program gets another run path, which takes twice its memory."""
_FOLDER_OF_LIBRARIES = ".libs/"
"""Where auditwheel puts what a wheel brings along: `NAME.libs`."""


def bring_python(
    python: Installation,
    dists: Sequence[Layer],
    *,
    site_packages: str,
    elf: Elf,
    asked: Collection[str] = (),
) -> tuple[list[Layer], list[str]]:
    """Put *python* and the libraries that it and *dists* need below *dists*.

    Libraries that are *asked* for by name go along, too. Gives the layers, lowest
    first, and what a user wants to know.

    Raises:
        PrefixError: this machine has nothing by a name that is *asked* for.
    """
    interpreter = read_interpreter(python, site_packages=site_packages, elf=elf)
    files = elf_files(interpreter)
    local = _files_of(dist for dist in dists if dist.local)
    present = _names((*files, *local))
    libraries = find_libraries({**files, **local}, present=present, elf=elf)
    inside = frozenset(
        path for path, file in files.items() if set(elf.needed(file)) & present
    )
    interpreter = with_run_paths(interpreter, libraries.needy | inside, elf)
    program = next(file for path, file in files.items() if path.startswith("bin/"))
    entries = (*libraries.entries, *companions(elf, wanted_by=program))
    spare = _spare(dists, entries, elf)
    opened = bring_opened(
        dists,
        asked=asked,
        present=_names(entry.path for entry in (*entries, *spare.entries)),
        program=program,
        elf=elf,
    )
    run_paths: dict[str, RunPath | OpenRunPath] = {
        **{path: RunPath(value=run_path_from(path)) for path in libraries.needy},
        **{path: RunPath(value="$ORIGIN") for path in _lost(dists, elf)},
    }
    brought = (*entries, *spare.entries, *opened.entries)
    run_paths = {
        **_opened(dists, brought, elf),
        **run_paths,
        **_of_programs(dists, brought, elf),
    }
    system = Layer(
        name="system-libraries",
        kind=LayerKind.SYSTEM,
        entries=tuple(sorted(brought, key=lambda entry: entry.path)),
        key=files_key(
            "system", {e.path: e.link.encode() if e.link else e.source for e in brought}
        ),
        # A target that is too old for the spare ones may do with its own.
        needs=_glibc((*files.values(), *_sources(entries)), elf),
    )
    patched = [_with_run_paths(dist, run_paths, elf) for dist in dists]
    elf.remember()
    notes = [
        f"{path} needs {name}, which this machine does not have"
        for name, path in sorted(libraries.missing.items())
    ]
    return [interpreter, system, *patched], [
        *notes,
        *opened.notes,
        *_lacking(dists, spare),
    ]


def _spare(dists: Sequence[Layer], here: Iterable[Entry], elf: Elf) -> Libraries:
    """Collect what wheels for many machines leave to the machine they are on."""
    present = _libraries_of(dists) | _names(entry.path for entry in here)
    asking = (
        dist
        for dist in dists
        if not dist.local
        and any(is_wanted(name, present) for name in _asked_by(dist, elf).anywhere)
    )
    return find_libraries(
        _files_of(asking), present=present, elf=elf, folder=LAST_RESORT
    )


def _opened(
    dists: Sequence[Layer], brought: Iterable[Entry], elf: Elf
) -> dict[str, OpenRunPath]:
    """Let wheels' files that look in their own folders alone find what is *brought*."""
    names = _names(entry.path for entry in brought) - _libraries_of(dists)
    asking = (d for d in dists if not names.isdisjoint(_asked_by(d, elf).closed))
    needy = (
        (path, file)
        for path, file in _files_of(asking).items()
        if not names.isdisjoint(elf.needed(file))
    )
    opened = ((path, elf.opening(file)) for path, file in needy)
    return {path: edit for path, edit in opened if edit is not None}


def _of_programs(
    dists: Sequence[Layer], brought: Iterable[Entry], elf: Elf
) -> dict[str, RunPath]:
    """Let programs find what is *brought*: they inherit no run path (ruff, cmake)."""
    names = _names(entry.path for entry in brought)
    asking = (d for d in dists if not names.isdisjoint(_asked_by(d, elf).programs))
    run_paths = {}
    for path, file in _files_of(asking).items():
        if not elf.is_program(file) or file.stat().st_size > _LARGEST_PROGRAM:
            continue
        if not names.isdisjoint(elf.needed(file)):
            folders = (*elf.run_path(file), program_run_path(path).value)
            run_paths[path] = RunPath(value=":".join(folders))
    return run_paths


def _lacking(dists: Iterable[Layer], spare: Libraries) -> Iterator[str]:
    """Name what wheels need and neither they nor this machine have."""
    for dist in dists:
        names = sorted(n for n, path in spare.missing.items() if path in dist.paths)
        if names:
            others = len(names) - _SHOWN
            more = f" and {others} more" if others > 0 else ""
            yield (
                f"{dist.name} has files that need {', '.join(names[:_SHOWN])}{more},"
                " which neither it nor this machine has"
            )


def _asked_by(dist: Layer, elf: Elf) -> Asked:
    return elf.asked_by(dist.key, lambda: elf_files(dist).values())


def _libraries_of(dists: Iterable[Layer]) -> frozenset[str]:
    return _names(path for dist in dists for path in dist.paths if ".so" in path)


def _files_of(dists: Iterable[Layer]) -> dict[str, Path]:
    return {path: file for dist in dists for path, file in elf_files(dist).items()}


def _names(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path.rpartition("/")[2] for path in paths)


def with_moving_run_paths(
    dists: Iterable[RecordedDist], embedded: str, elf: Elf
) -> list[RecordedDist]:
    """Let what was built in a conda environment find its libraries after a move.

    Compilers there write the prefix itself, *embedded*, into the run path.
    """
    return [
        replace(dist, layer=_moving(dist.layer, embedded, elf))
        if dist.layer.local
        else dist
        for dist in dists
    ]


def _moving(dist: Layer, embedded: str, elf: Elf) -> Layer:
    run_paths = {}
    for path, file in elf_files(dist).items():
        folders = elf.run_path(file)
        moving = [_from_origin(folder, embedded, path) for folder in folders]
        if moving != list(folders):
            run_paths[path] = RunPath(value=":".join(moving))
    elf.remember()
    return _with_run_paths(dist, run_paths, elf)


def _from_origin(folder: str, embedded: str, path: str) -> str:
    """Say how *path* finds *folder*, if that is in the prefix, from its own folder."""
    inside = f"{folder}/".removeprefix(f"{embedded}/")
    if inside == f"{folder}/":
        return folder
    return f"$ORIGIN/{posixpath.relpath(inside or '.', posixpath.dirname(path))}"


def _lost(dists: Iterable[Layer], elf: Elf) -> list[str]:
    """List libraries in a wheel's `NAME.libs` that do not find their neighbours.

    They load only because the module that needs them has loaded those before; scipy's
    libgfortran is one.
    """
    lost = []
    for dist in dists:
        if not any(_FOLDER_OF_LIBRARIES in path for path in dist.paths):
            continue
        bundled = {
            entry.path: Path(entry.source)
            for entry in dist.entries
            if isinstance(entry.source, str) and _FOLDER_OF_LIBRARIES in entry.path
        }
        for path, file in bundled.items():
            folder = path.rpartition("/")[0]
            beside = any(f"{folder}/{name}" in bundled for name in elf.needed(file))
            if beside and not elf.run_path(file):
                lost.append(path)
    return lost


def _with_run_paths(
    dist: Layer, run_paths: Mapping[str, RunPath | OpenRunPath], elf: Elf
) -> Layer:
    if run_paths.keys().isdisjoint(dist.paths):
        return dist
    edited = [
        _with_run_path(entry, run_paths[entry.path], elf)
        for entry in dist.entries
        if entry.path in run_paths and isinstance(entry.source, str)
    ]
    return with_entries(dist, edited)


def _with_run_path(entry: Entry, run_path: RunPath | OpenRunPath, elf: Elf) -> Entry:
    if isinstance(run_path, RunPath):
        run_path = elf.described(Path(str(entry.source)), run_path.value)
    return replace(entry, edit=run_path)


def _sources(entries: Iterable[Entry]) -> list[Path]:
    return [Path(e.source) for e in entries if isinstance(e.source, str) and not e.link]


def _glibc(files: Iterable[Path], elf: Elf) -> Mapping[str, str]:
    newest = max((elf.glibc(file) for file in files), key=numbers, default="")
    return {"glibc": newest} if newest else {}
