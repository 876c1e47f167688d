"""Layers, frames and the places in them that hold a prefix."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import overload

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


_DT_RPATH = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class RunPath:
    """Give an ELF file this run path instead of its own.

    It is written as DT_RPATH, which libraries loaded later inherit.
    """

    value: str
    """Colon-separated; `$ORIGIN` stands for the file's own folder."""
    hash: str = ""
    """Of the file with it, as RECORD states hashes, where one does."""
    size: int = 0
    """Bytes of the file with it, where its hash is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRunPath:
    """Let an ELF file look in the run path of its program, too.

    One with a DT_RUNPATH looks nowhere but there; with a DT_RPATH of the same value it
    inherits the program's.
    """

    places: tuple[int, ...]
    """Bytes from the start to each DT_RUNPATH tag."""
    hash: str = ""
    """Of the file with it, as RECORD states hashes."""

    def edited(self, piece: bytes, start: int) -> bytes:
        """Give *piece*, which begins at byte *start* of the file, as it is then.

        The files are little-endian: of a number this small the first byte is all.
        """
        changed = bytearray(piece)
        for place in self.places:
            if start <= place < start + len(piece):
                changed[place - start] = _DT_RPATH
        return bytes(changed)


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
    edit: RunPath | OpenRunPath | Unrelocated | None = None
    place: Place | None = None
    """Where the prefix stands, for a file in which it is written already."""

    def read(self) -> bytes:
        """Give the content of its source, without the edit; nothing of a link."""
        if isinstance(self.source, bytes):
            return self.source
        return Path(self.source).read_bytes() if self.source else b""


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


class LaterEntries(Sequence[Entry]):
    """Entries of which the paths are known, made when somebody looks at them.

    None is a folder.
    """

    def __init__(
        self, paths: Sequence[str], make: Callable[[], Sequence[Entry]]
    ) -> None:
        """*make* gives an entry for each of *paths*, in their order."""
        self.paths = paths
        self._make = make
        self._made: Sequence[Entry] | None = None

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries())

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | Sequence[Entry]:
        return self._entries()[index]

    def _entries(self) -> Sequence[Entry]:
        if self._made is None:
            self._made = self._make()
        return self._made


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """The files that one package puts into a prefix, in unrelocated form."""

    name: str
    kind: LayerKind
    entries: Sequence[Entry]
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

    @property
    def paths(self) -> Sequence[str]:
        """The paths of its entries, which may be known before the entries are."""
        if isinstance(self.entries, LaterEntries):
            return self.entries.paths
        return [entry.path for entry in self.entries]

    def without(self, paths: Collection[str]) -> Layer:
        """Leave out *paths*; what is left has a frame, and a key, of its own."""
        # Here, because OpenSSL is slow to load, and nouns are imported by everything.
        import hashlib

        entries = tuple(entry for entry in self.entries if entry.path not in paths)
        names = "\0".join(sorted(paths)).encode("utf-8", "surrogateescape")
        rest = f"{self.key}-without-{hashlib.sha256(names).hexdigest()}"
        return replace(self, entries=entries, key=self.key and rest)


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
        path: number for number, layer in enumerate(layers) for path in layer.paths
    }
    empty = {path for layer in layers for path in _folders(layer)}
    filled = {path for path in empty if any(p.startswith(f"{path}/") for p in owners)}
    if not filled and len(owners) == sum(len(layer.entries) for layer in layers):
        return list(layers)
    kept = []
    for number, layer in enumerate(layers):
        lost = {p for p in layer.paths if owners[p] != number or p in filled}
        kept.append(layer.without(lost) if lost else layer)
    return kept


def _folders(layer: Layer) -> list[str]:
    if isinstance(layer.entries, LaterEntries):
        return []
    return [entry.path for entry in layer.entries if entry.folder]
