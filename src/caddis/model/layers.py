"""Layers, frames and the places in them that hold a prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from caddis.model.changed_file import ChangedFile


class LayerKind(str, Enum):
    """Who put the files of a layer into the prefix."""

    INTERPRETER = "interpreter"
    """Python itself, where no package manager owns it."""
    SYSTEM = "system"
    """Shared libraries brought along from the machine's own."""
    CONDA = "conda"
    PYPI = "pypi"
    OVERLAY = "overlay"
    """What no package owns, and what was changed after it was installed."""
    CODE = "code"
    """The project's own files."""
    HOME = "home"
    """Activation scripts and the relocator that caddis adds to every archive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPath:
    """Give an ELF file this run path instead of its own."""

    value: str
    """Colon-separated; `$ORIGIN` stands for the file's own folder."""
    inherited: bool = False
    """Write DT_RPATH, which libraries loaded later inherit, not DT_RUNPATH."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unrelocated:
    """Put the placeholder back where an installer wrote the prefix."""

    prefix: str
    """The prefix that stands in the file now."""
    placeholder: str
    """What stood there when the package was built."""
    binary: bool = False
    sha256: str = ""
    """Of the file as the package holds it; empty when nobody knows."""
    record: str = ""
    """The conda-meta file that states this file's hash, if one does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file or symbolic link of a layer."""

    path: str
    """Relative to the prefix, with forward slashes."""
    source: str | bytes = b""
    """The file to read, or the content itself."""
    executable: bool = False
    link: str = ""
    """Where a symbolic link points, relative to its own folder; `source` is unused."""
    folder: bool = False
    """An empty folder; others come into being with their files."""
    edit: RunPath | Unrelocated | None = None
    place: Place | None = None
    """Where the prefix stands, for a file in which it is written already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A file that must be patched wherever the environment is put."""

    path: str
    placeholder: str
    offsets: tuple[int, ...]
    """Bytes from the start of the unrelocated file to each placeholder."""
    ends: tuple[int, ...] = ()
    """Binary files only: for each offset, where the string that holds it ends (its
    NUL). The space up to there stays the same length. Empty for text files."""
    record: str = ""
    """The conda-meta file that states this file's hash, if one does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """The files that one package puts into a prefix, in unrelocated form."""

    name: str
    kind: LayerKind
    entries: tuple[Entry, ...]
    """Sorted by path."""
    version: str = ""
    build: str = ""
    key: str = ""
    """Equal keys mean equal frames, so that a frame can be taken from the cache
    without reading a file; empty when only reading can tell."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """What the target machine must have, as `{"glibc": "2.28"}`."""
    local: bool = False
    """Built on this machine: its files make no promise about other machines."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A whole environment: its layers, lowest first."""

    platform: str
    """Conda's name, as `linux-64`."""
    python: str
    """Full version of the interpreter, empty when there is none."""
    layers: tuple[Layer, ...]
    differences: tuple[ChangedFile, ...] = ()
    """Which files are no longer as their packages brought them."""
    repaired: tuple[ChangedFile, ...] = ()
    """Which were not, and are again."""
    notes: tuple[str, ...] = ()
    """What else was met on the way that a user wants to know."""
    slim: bool = False
    """Files that only developers need were left out."""
    command: tuple[str, ...] = ()
    """The application's command, relative to the prefix, if it has one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A layer as bytes: compressed tar entries, without tar's closing blocks."""

    sha256: str
    """Of the compressed bytes, lower-case hex."""
    size: int
    """Compressed bytes."""
    content_size: int
    """Bytes of tar, before compression."""
    files: int
    places: tuple[Place, ...] = ()
    content_sha256: str = ""
    """Of the tar before compression, lower-case hex: what stays the same however it
    is compressed, and what a delta is checked against."""
    hashes: tuple[str, ...] = ()
    """SHA-256 of each entry, in their order, of a layer whose files nothing else lists;
    empty text for a link, a folder, and a file in which a prefix is written already."""


def without_doubles(layers: Sequence[Layer]) -> list[Layer]:
    """Let the last layer that has a path keep it, as the disk does.

    A folder that is empty in one layer and has files in another is no entry at all.
    """
    owners = {
        entry.path: number
        for number, layer in enumerate(layers)
        for entry in layer.entries
    }
    empty = {e.path for layer in layers for e in layer.entries if e.folder}
    filled = {path for path in empty if any(p.startswith(f"{path}/") for p in owners)}
    kept = []
    for number, layer in enumerate(layers):
        entries = tuple(
            entry
            for entry in layer.entries
            if owners[entry.path] == number and entry.path not in filled
        )
        if len(entries) < len(layer.entries):
            layer = replace(layer, entries=entries, key="")
        kept.append(layer)
    return kept
