"""The interpreter as a layer: an installed CPython, made to work anywhere.

Left out: its tests, IDLE, demos, bytecode, static library and whatever is installed in
it. ELF files get a run path relative to themselves; where a text file states the
prefix that Python was built for, that becomes a place to patch.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files as package_files
from pathlib import Path

from caddis.model.layers import Entry, Layer, LayerKind, RunPath, Unrelocated
from caddis.model.modes import is_executable
from caddis.ports.frames import Elf
from caddis.ports.interpreter import Installation
from caddis.stages.record.dists import is_extension
from caddis.stages.record.libraries import program_run_path, run_path_from
from caddis.stages.record.placed import PLACEHOLDER

_FOLDERS_LEFT_OUT = frozenset(
    "__pycache__ dist-packages idle_test idlelib site-packages test tests"
    " turtledemo".split()
)
_MODULES_LEFT_OUT = ("_ctypes_test.", "_test", "_xxtestfuzz.", "xxlimited", "xxsub")
_FILES_LEFT_OUT = frozenset({"EXTERNALLY-MANAGED", "sitecustomize.py"})
_ENDINGS_LEFT_OUT = (".a", ".pyc", ".pyo", ".o")
_TCL_FOLDERS = ("/usr/share/tcltk", "/usr/lib", "/usr/local/lib", "/usr/lib64")

_SITE = """\
# This Python comes from a system that keeps packages in dist-packages.
import os
import site
import sys

_folder = os.path.join(sys.prefix, {site_packages!r})
if _folder not in sys.path:
    site.addsitedir(_folder)
"""


_FINDER = b"""

from ctypes._carried_libraries import or_carried as _or_carried  # Added by caddis.

find_library = _or_carried(find_library)
"""
"""The end of `ctypes/util.py`: libraries that travel along are found, too."""


def read_interpreter(python: Installation, *, site_packages: str, elf: Elf) -> Layer:
    """List the files of *python* as they will stand in a prefix of their own."""
    short = python.short_version
    files = dict(_files(python))
    program = f"bin/python{short}"
    files[program] = os.fspath(python.executable)
    if python.library is not None:
        files[f"lib/{python.library.name}"] = os.fspath(python.library)
    files.update(_tcl(files, elf))
    entries = [
        _entry(path, source, program=program, prefix=str(python.prefix))
        for path, source in files.items()
    ]
    entries += [
        Entry(path=f"bin/{name}", link=f"python{short}")
        for name in ("python", "python3")
    ]
    if not _reads_site_packages(python):
        text = _SITE.format(site_packages=site_packages)
        entries.append(
            Entry(path=f"lib/python{short}/sitecustomize.py", source=text.encode())
        )
    entries = _finding_carried(entries, f"lib/python{short}/ctypes")
    own = {e.path: e.source for e in entries if isinstance(e.source, bytes)}
    return Layer(
        name="python",
        version=python.version,
        kind=LayerKind.INTERPRETER,
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
        key=files_key("python", {**files, **own}),
    )


def _finding_carried(entries: list[Entry], package: str) -> list[Entry]:
    """Let ctypes, in the folder *package*, find libraries that travel along."""
    util = next((e for e in entries if e.path == f"{package}/util.py"), None)
    if util is None:
        return entries
    text = Path(str(util.source)).read_bytes()
    finder = package_files("caddis.bootstrap") / "carried_libraries.py"
    carried = f"{package}/_carried_libraries.py"
    others = [e for e in entries if e.path not in (util.path, carried)]
    return [
        *others,
        replace(util, source=text.removesuffix(_FINDER) + _FINDER),
        Entry(path=carried, source=finder.read_bytes()),
    ]


def with_run_paths(layer: Layer, needy: frozenset[str], elf: Elf) -> Layer:
    """Make the ELF files of *layer* that are in *needy* find `lib/` by themselves."""
    entries = tuple(_with_run_path(entry, needy, elf) for entry in layer.entries)
    edited = hashlib.sha256("\0".join(sorted(needy)).encode()).hexdigest()
    return replace(layer, entries=entries, key=f"{layer.key}-{edited}")


def _with_run_path(entry: Entry, needy: frozenset[str], elf: Elf) -> Entry:
    if entry.link or not isinstance(entry.source, str) or entry.edit is not None:
        return entry
    is_program = entry.path.startswith("bin/")
    if not is_program and entry.path not in needy:
        return entry
    if not elf.needed(Path(entry.source)):
        return entry
    if is_program:
        return replace(entry, edit=program_run_path(entry.path))
    return replace(entry, edit=RunPath(value=run_path_from(entry.path)))


def elf_files(layer: Layer) -> dict[str, Path]:
    """Map the path of each program and library of *layer* to its file here."""
    return {
        entry.path: Path(entry.source)
        for entry in layer.entries
        if isinstance(entry.source, str)
        and not entry.link
        and (is_extension(entry.path) or entry.executable)
    }


def _files(python: Installation) -> Iterator[tuple[str, str]]:
    """Yield path in the prefix and file of the standard library and the headers."""
    library = f"lib/python{python.short_version}"
    yield from _walk(python.stdlib, library)
    if not python.extensions.is_relative_to(python.stdlib):
        yield from _walk(python.extensions, f"{library}/lib-dynload")
    if python.include.is_dir():
        yield from _walk(python.include, f"include/python{python.short_version}")


def _walk(top: Path, path: str) -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(
            name
            for name in folders
            if name not in _FOLDERS_LEFT_OUT and not name.startswith("config-")
        )
        inside = os.path.relpath(folder, top).replace(os.sep, "/")
        start = path if inside == "." else f"{path}/{inside}"
        for name in names:
            source = f"{folder}/{name}"
            if _is_wanted(name) and os.path.isfile(source):
                yield f"{start}/{name}", source


def _is_wanted(name: str) -> bool:
    if name in _FILES_LEFT_OUT or name.endswith(_ENDINGS_LEFT_OUT):
        return False
    return not (".so" in name and name.startswith(_MODULES_LEFT_OUT))


def _tcl(files: dict[str, str], elf: Elf) -> dict[str, str]:
    """Find the script libraries without which tkinter does not start."""
    module = next((path for path in files if "/_tkinter." in path), None)
    if module is None:
        return {}
    needed = elf.needed(Path(files[module]))
    versions = {
        name.removeprefix("lib").partition(".so")[0]
        for name in needed
        if name.startswith(("libtcl", "libtk"))
    }
    scripts: dict[str, str] = {}
    for version in sorted(versions):
        found = (Path(folder, version) for folder in _TCL_FOLDERS)
        for folder in found:
            if any((folder / start).exists() for start in ("init.tcl", "tk.tcl")):
                scripts.update(_walk(folder, f"lib/{version}"))
                break
    return scripts


def _entry(path: str, source: str, *, program: str, prefix: str) -> Entry:
    executable = path == program or is_executable(source)
    edit = None
    if _states_prefix(path):
        edit = Unrelocated(prefix=prefix, placeholder=PLACEHOLDER)
    return Entry(path=path, source=source, executable=executable, edit=edit)


def _states_prefix(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("_sysconfigdata") or name.endswith(".pc")


def _reads_site_packages(python: Installation) -> bool:
    """Tell CPython as released from Debian's, whose `site` looks elsewhere."""
    return "dist-packages" not in (python.stdlib / "site.py").read_text("utf-8")


def files_key(name: str, files: Mapping[str, str | bytes]) -> str:
    """Name a layer by its files and when they were last written."""
    digest = hashlib.sha256()
    for path, source in sorted(files.items()):
        if isinstance(source, bytes):
            digest.update(path.encode("utf-8", "surrogateescape") + b"\0" + source)
            continue
        status = os.stat(source)
        line = f"{path}\0{source}\0{status.st_size}\0{status.st_mtime_ns}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return f"{name}-{digest.hexdigest()}"
