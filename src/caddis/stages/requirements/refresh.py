"""Rows for the table of names, out of mappings that others publish."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, starmap
from typing import Any

from caddis.errors import FetchError
from caddis.model.dist_names import normalize

PUBLISHED = "published"
"""Source of the rows: hearsay, which a look into the package may prove wrong."""
_NONE = "-"
_UPLOAD_ID = re.compile(r"[0-9a-f]{40,}")
"""What a recipe that downloads by hash has where others have a package's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """New content of the table's files, one field tuple a line, sorted."""

    modules: tuple[tuple[str, ...], ...]
    packages: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    module: str
    """Empty where only packages are mapped."""
    pypi: str
    conda: str


def refresh(
    texts: Iterable[str],
    *,
    settled: Collection[str],
    on_conda: Mapping[str, str] | None = None,
) -> Refreshed:
    """Merge published mappings; modules *settled* by people stay as they are.

    So do the packages *on_conda*, PyPI name → conda name: a PyPI package may be
    several of conda, and the carried table says which one is meant.

    Understood are the mapping of regro (a list or a dict of entries with `pypi_name`,
    `conda_name` and `import_name`) and that of parselmouth (conda name → PyPI name,
    PyPI names, or null). Modules that several packages claim are left out.

    Raises:
        FetchError: a text is neither.
    """
    read = chain.from_iterable(map(_entries, texts))
    entries = [entry for entry in read if not _UPLOAD_ID.fullmatch(entry.pypi)]
    claims: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        if entry.module and entry.module not in settled:
            claims[entry.module][entry.pypi] = entry.conda
    modules = {
        (module, pypi, conda, "", PUBLISHED)
        for module, packages in claims.items()
        if len(packages) == 1
        for pypi, conda in packages.items()
    }
    old = on_conda or {}
    plain = {pypi for pypi, conda in old.items() if _is_plain(conda, pypi)}
    meant = plain.union(old.values())
    new = [entry for entry in entries if entry.pypi not in old]
    packages: dict[str, str] = {}
    for entry in new:
        if entry.pypi != _NONE and not _is_plain(packages.get(entry.pypi), entry.pypi):
            packages[entry.pypi] = entry.conda
    only_conda = {
        (_NONE, entry.conda, "")
        for entry in new
        if entry.pypi == _NONE and not meant & {entry.conda, normalize(entry.conda)}
    }
    return Refreshed(
        modules=tuple(sorted(modules)),
        packages=tuple(sorted({*_with_way_back(packages), *only_conda})),
    )


def _is_plain(conda: str | None, pypi: str) -> bool:
    """Whether a conda package is called what PyPI calls it, not `-base` or `-gpu`."""
    return conda is not None and normalize(conda) == pypi


def _with_way_back(packages: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Mark the package that a conda name leads back to, where that is plain."""
    claims: dict[str, list[str]] = defaultdict(list)
    for pypi, conda in packages.items():
        claims[conda].append(pypi)
    for pypi, conda in packages.items():
        plain = len(claims[conda]) == 1 or normalize(conda) == pypi
        yield pypi, conda, "<" if plain else ""


def _entries(text: str) -> Iterator[_Entry]:
    try:
        data = json.loads(text)
        found = data.values() if isinstance(data, dict) else data
        if all(isinstance(value, dict) for value in found):
            yield from map(_of_regro, found)
        else:
            yield from chain.from_iterable(starmap(_of_parselmouth, data.items()))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FetchError(
            "A published mapping is not in a format that caddis knows",
            hint="See docs/names.md for the formats.",
        ) from None


def _of_regro(entry: dict[str, Any]) -> _Entry:
    return _Entry(
        module=_text(entry["import_name"]),
        pypi=normalize(_text(entry["pypi_name"])),
        conda=_text(entry["conda_name"]),
    )


def _of_parselmouth(conda: str, pypi: str | list[str] | None) -> Iterator[_Entry]:
    """Read one item; a package that several of PyPI were copied into means none."""
    names = pypi if isinstance(pypi, list) else [pypi]
    if len(names) == 1:
        name = _NONE if names[0] is None else normalize(_text(names[0]))
        yield _Entry(module="", pypi=name, conda=_text(conda))


def _text(value: object) -> str:
    """Accept a name, and nothing that could forge a line of the table."""
    if not isinstance(value, str) or not value or any(c.isspace() for c in value):
        raise ValueError(value)
    return value
