"""Which requirements file builds on which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from caddis.errors import ProjectError
from caddis.model.dist_names import normalize
from caddis.model.text import read_text

_PRERELEASES = re.compile(r"^\s*--pre\s*(#.*)?$", re.MULTILINE)
_NAMES_INDEX = re.compile(r"^\s*(-i|--index-url|--extra-index-url)\b", re.MULTILINE)
_WITH_EXTRAS = re.compile(
    r"^[ \t]*([A-Za-z0-9][\w.-]*)[ \t]*\[([^]\n]*)]", re.MULTILINE
)
_ASKS_EXTRAS = re.compile(r"^[^#\n]*\[|^\s*(?:-r|--requirement)", re.MULTILINE)
_TRUSTS = re.compile(r"^\s*--trusted-host[=\s]\s*([^\s#]+)", re.MULTILINE)
NAMES_FILE = re.compile(
    r"^\s*(?:-r|-c|--requirement|--constraint)[=\s]*(?P<file>[^\s#]+)", re.MULTILINE
)
"""A line that names another file, which starts in the folder of its own."""


class Layer(NamedTuple):
    """Requirements files that are compiled into one."""

    sources: tuple[str, ...]
    output: str
    builds_on: tuple[str, ...]
    """Outputs of the layers whose files the sources name with -r or -c."""
    prereleases: bool = False
    """Whether a source says `--pre`, which pip heeds and uv does not."""
    extras: frozenset[tuple[str, str]] | None = frozenset()
    """Packages and their extras that the sources ask for, normalized; None where a
    source names further ones, or is of a kind, that take more to read."""
    names_index: bool = False
    """Whether a source says where packages come from."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts that a source trusts without a certificate."""

    @classmethod
    def of(cls, folder: Path, sources: Sequence[str], output: str) -> Layer:
        """Read which files *sources* name.

        Raises:
            ProjectError: a source is missing.
        """
        texts = {source: _text(folder, source) for source in sources}
        named = sorted({name for one in texts.items() for name in _named(*one)})
        return cls(
            sources=tuple(sources),
            output=output,
            builds_on=tuple(name for name in named if name != output),
            extras=_extras(texts),
            prereleases=any(map(_PRERELEASES.search, texts.values())),
            names_index=any(map(_NAMES_INDEX.search, texts.values())),
            trusted_hosts=tuple(
                host for text in texts.values() for host in _TRUSTS.findall(text)
            ),
        )


def in_order(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Yield *layers* so that each comes after those that it builds on.

    Raises:
        ProjectError: there is a circle.
    """
    by_output = {layer.output: layer for layer in layers}
    graph = {
        layer.output: [name for name in layer.builds_on if name in by_output]
        for layer in by_output.values()
    }
    try:
        yield from (by_output[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ProjectError(
            f"Requirements files build on each other in a circle: "
            f"{' → '.join(error.args[1])}",
            hint="Take one of these -r or -c lines out.",
        ) from None


def _text(folder: Path, source: str) -> str:
    """Read a requirements file; of other kinds nothing counts here."""
    if not source.endswith((".in", ".txt")):
        return ""
    try:
        return read_text(folder / source)
    except FileNotFoundError:
        raise ProjectError(
            f"There is no {source}", hint="Name the requirements file to compile."
        ) from None
    except UnicodeDecodeError:
        raise ProjectError(f"{source} is not text", hint="Save it as UTF-8.") from None


def _extras(texts: Mapping[str, str]) -> frozenset[tuple[str, str]] | None:
    """Read them off the names of sources and their *texts*."""
    plain = all(name.endswith((".in", ".txt")) for name in texts)
    if not plain or any(
        _ASKS_EXTRAS.search(_WITH_EXTRAS.sub("", text)) for text in texts.values()
    ):
        return None
    return frozenset(
        (normalize(name), normalize(extra.strip()))
        for text in texts.values()
        for name, extras in _WITH_EXTRAS.findall(text)
        for extra in extras.split(",")
    )


def _named(source: str, text: str) -> Iterator[str]:
    """Yield the compiled form of each requirements file that *source* names."""
    for found in NAMES_FILE.finditer(text):
        path = PurePosixPath(source).parent / found["file"]
        yield str(path.with_suffix(".txt"))
