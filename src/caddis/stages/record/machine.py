"""What environments take from the machine: Python, libraries, and places of these."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.dist_layer import with_content
from caddis.model.versions import numbers
from caddis.ports.frames import Elf
from caddis.ports.interpreter import Installation
from caddis.stages.record.dists import RecordedDist
from caddis.stages.record.interpreter import (
    elf_files,
    files_key,
    read_interpreter,
    with_run_paths,
)
from caddis.stages.record.libraries import (
    companions,
    find_libraries,
    run_path_from,
)

_FOLDER_OF_LIBRARIES = ".libs/"
"""Where auditwheel puts what a wheel brings along: `NAME.libs`."""


def bring_python(
    python: Installation, dists: Sequence[Layer], *, site_packages: str, elf: Elf
) -> tuple[list[Layer], list[str]]:
    """Put *python* and the libraries that it and *dists* need below *dists*.

    Gives the layers, lowest first, and what a user wants to know. Only distributions
    that were built on this machine may need its libraries.
    """
    interpreter = read_interpreter(python, site_packages=site_packages, elf=elf)
    files = elf_files(interpreter)
    local: dict[str, Path] = {}
    for dist in dists:
        if dist.local:
            local |= elf_files(dist)
    present = {path.rpartition("/")[2] for path in (*files, *local)}
    libraries = find_libraries({**files, **local}, present=present, elf=elf)
    inside = frozenset(
        path for path, file in files.items() if set(elf.needed(file)) & present
    )
    interpreter = with_run_paths(interpreter, libraries.needy | inside, elf)
    program = next(path for path in files if path.startswith("bin/"))
    entries = (*libraries.entries, *companions(elf, wanted_by=files[program]))
    system = Layer(
        name="system-libraries",
        kind=LayerKind.SYSTEM,
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
        key=files_key("system", {entry.path: entry.source for entry in entries}),
        needs=_glibc((*files.values(), *_sources(entries)), elf),
    )
    run_paths = {path: run_path_from(path) for path in libraries.needy}
    run_paths |= dict.fromkeys(_lost(dists, elf), "$ORIGIN")
    elf.remember()
    patched = (_with_run_paths(dist, run_paths, elf) for dist in dists)
    notes = [
        f"{path} needs {name}, which this machine does not have"
        for name, path in sorted(libraries.missing.items())
    ]
    return [interpreter, system, *patched], notes


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
            run_paths[path] = ":".join(moving)
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


def _with_run_paths(dist: Layer, run_paths: Mapping[str, str], elf: Elf) -> Layer:
    if run_paths.keys().isdisjoint(dist.paths):
        return dist
    changed = {
        entry.path: elf.with_run_path(
            Path(entry.source), run_paths[entry.path], inherited=False
        )
        for entry in dist.entries
        if entry.path in run_paths and isinstance(entry.source, str)
    }
    return with_content(dist, changed) if changed else dist


def _sources(entries: Iterable[Entry]) -> list[Path]:
    return [Path(e.source) for e in entries if isinstance(e.source, str) and not e.link]


def _glibc(files: Iterable[Path], elf: Elf) -> Mapping[str, str]:
    newest = max((elf.glibc(file) for file in files), key=numbers, default="")
    return {"glibc": newest} if newest else {}
