"""The table of names that caddis carries; `tools/build_names.py` makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from caddis.adapters.names_table.files import (
    CARRIED,
    EXTRAS,
    FIRST_VERSIONS,
    LAST_VERSIONS,
    MODULES,
    NAMESPACE,
    NONE,
    ONLY_BACK,
    PACKAGES,
    PROGRAMS,
    read_rows,
)
from caddis.adapters.names_table.trust import (
    CURATED,
    choose_world,
    namespace,
    sentence,
    trust,
    unversioned,
)
from caddis.model.dist_names import normalize
from caddis.model.names import Provider, Trust
from caddis.model.requirements import Ecosystem, Evidence

_FEW = 20
"""Searches of the text; more take longer than reading all rows."""


class NamesTable:
    """A `NameSource` and a `NameMap` held in text files.

    Reading is put off until the first question: most commands ask none.
    """

    def __init__(self, folders: Sequence[Path] = (CARRIED,)) -> None:
        """Use the files of *folders*; a later folder overrules an earlier one."""
        self._folders = tuple(folders)
        self._searches = 0

    def find(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        """List the provider that the table has for exactly *module*."""
        package, below = self._last_versions.get(module, ("", ""))
        fields = self._modules.get(module) or self._modules.get(unversioned(module))
        if fields is None and package:
            fields = (package, self.to_conda(package) or NONE, "", CURATED)
        if fields is None:
            return ()
        pypi, conda, others, sources = fields
        if pypi == NAMESPACE:
            return (namespace(module, ecosystem, sources),)
        conda = self._conda_of(pypi, conda)
        home, name = choose_world(pypi, conda, ecosystem)
        names = [other for other in others.split(",") if other]
        if home is Ecosystem.CONDA:
            names = [self.to_conda(other) or "" for other in names]
        alternatives = dict.fromkeys(
            other for other in names if other not in {"", name}
        )
        provider = Provider(
            module=module,
            name=name,
            ecosystem=home,
            evidence=Evidence(
                source="table", detail=sentence(module, name, sources, below)
            ),
            alternatives=tuple(alternatives),
            trust=trust(module, pypi, sources, home),
            below=below,
        )
        return (provider,)

    def _conda_of(self, pypi: str, conda: str) -> str:
        """Give the name in a row, or what an update has learnt since."""
        if conda != NONE or pypi == NONE:
            return conda
        return self.to_conda(pypi) or NONE

    def to_conda(self, name: str) -> str | None:
        """Give the conda name of a PyPI package; None where only PyPI has it."""
        normalized = normalize(name)
        known = self._to_conda.get(normalized, normalized)
        return None if known == NONE else known

    def to_pypi(self, name: str) -> str | None:
        """Give the PyPI name of a conda package; None where only conda has it."""
        known = self._to_pypi.get(name.lower()) or _same_name(name)
        return None if known == NONE else known

    def distributions(self, name: str) -> tuple[str, ...]:
        """List the PyPI packages that the conda package *name* stands for."""
        known = self._behind.get(name.lower())
        if known is not None:
            return known
        same = _same_name(name)
        return () if same == NONE else (same,)

    def has_package(self, name: str) -> bool:
        """Whether a package of either world is called *name*, with Python or not.

        As long as no row was read, the text alone is searched: that is quicker for a
        few names, as in a declaration, and much slower for all of a scan.
        """
        self._searches += 1
        if "_packages" in vars(self) or self._searches > _FEW:
            return name in self._package_names
        fields = f"\n{name}\t", f"\t{name}\t"
        return any(field in text for text in self._package_texts for field in fields)

    def is_known(self, name: str) -> bool:
        """Whether *name* is a PyPI package that the table has."""
        return normalize(name) in self._to_conda

    @property
    def settled(self) -> frozenset[str]:
        """The modules that stand on more than one word; no update changes them."""
        return frozenset(
            module
            for module, (pypi, _, _, sources) in self._modules.items()
            if trust(module, pypi, sources, Ecosystem.PYPI) is not Trust.HEARSAY
        )

    def describe(self, name: str) -> list[str]:
        """List the lines about *name*, a module or a package of either world."""
        normalized = normalize(name)
        rows = (
            (module, pypi, self._conda_of(pypi, conda), *rest)
            for module, (pypi, conda, *rest) in self._modules.items()
        )
        return sorted(
            "\t".join(row)
            for row in rows
            if name == row[0] or normalized == row[1] or name.lower() == row[2]
        )

    @property
    def first_versions(self) -> Mapping[str, tuple[str, str]]:
        """Dotted name → PyPI package and the version it first existed in."""
        rows = self._rows(FIRST_VERSIONS, width=3)
        return {row[0]: (row[1], row[2]) for row in rows}

    @property
    def extras(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Package and extra → the packages that the extra brings."""
        brings: dict[tuple[str, str], set[str]] = {}
        for package, extra, name in self._rows(EXTRAS, width=3):
            brings.setdefault((package, extra), set()).add(name)
        return {key: frozenset(names) for key, names in brings.items()}

    @property
    def programs(self) -> Mapping[str, str]:
        """Module that no package has → the program that it is a part of."""
        return {row[0]: row[1] for row in self._rows(PROGRAMS, width=2)}

    @property
    def well_known(self) -> frozenset[str]:
        """The PyPI packages that people have looked into, not programs alone."""
        rows = self._modules.values()
        vouched = {pypi for pypi, _, _, sources in rows if sources == CURATED}
        return frozenset(map(normalize, vouched - {NAMESPACE, NONE}))

    @property
    def on_conda(self) -> Mapping[str, str]:
        """PyPI package → conda package, of those that both worlds have."""
        pairs = self._to_conda.items()
        return {pypi: conda for pypi, conda in pairs if conda != NONE}

    @property
    def namespaces(self) -> frozenset[str]:
        """The modules that several packages share."""
        return frozenset(
            module for module, row in self._modules.items() if row[0] == NAMESPACE
        )

    @cached_property
    def _last_versions(self) -> Mapping[str, tuple[str, str]]:
        rows = self._rows(LAST_VERSIONS, width=3)
        return {row[0]: (row[1], row[2]) for row in rows}

    @cached_property
    def _modules(self) -> Mapping[str, tuple[str, str, str, str]]:
        rows = self._rows(MODULES, width=5)
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}

    @cached_property
    def _to_conda(self) -> Mapping[str, str]:
        return {
            pypi: conda
            for pypi, conda, back in self._packages
            if pypi != NONE and back != ONLY_BACK
        }

    @cached_property
    def _behind(self) -> Mapping[str, tuple[str, ...]]:
        behind: dict[str, tuple[str, ...]] = {}
        for pypi, conda, _ in self._packages:
            own = () if pypi == NONE else (pypi,)
            behind[conda] = (*behind.get(conda, ()), *own)
        return behind

    @cached_property
    def _to_pypi(self) -> Mapping[str, str]:
        return {
            conda: pypi for pypi, conda, back in self._packages if back or pypi == NONE
        }

    @cached_property
    def _packages(self) -> Sequence[Sequence[str]]:
        return list(self._rows(PACKAGES, width=3))

    @cached_property
    def _package_names(self) -> frozenset[str]:
        return frozenset(name for row in self._packages for name in row[:2])

    @cached_property
    def _package_texts(self) -> Sequence[str]:
        paths = (folder / PACKAGES for folder in self._folders)
        texts = (path.read_text(encoding="utf-8") for path in paths if path.is_file())
        return [f"\n{text}" for text in texts]

    def _rows(self, filename: str, *, width: int) -> Iterator[list[str]]:
        for folder in self._folders:
            yield from read_rows(folder / filename, width=width)


def _same_name(conda: str) -> str:
    """Give the name on PyPI that a channel has, too; `_openmp_mutex` is none there."""
    same = normalize(conda)
    return NONE if same.startswith("-") or same.endswith("-") else same


def carried_names(updates: Path | None = None) -> NamesTable:
    """Open the table in this package, overruled by what was fetched to *updates*."""
    if updates is None or not (updates / MODULES).is_file():
        return NamesTable()
    return NamesTable([CARRIED, updates])
