"""What finding requirements asks of those who know names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from caddis.model.declaration import Declaration
from caddis.model.imports import Import
from caddis.model.names import Contents, Provider
from caddis.model.requirements import Ecosystem, Requirement, Requirements


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a project says about its own names."""

    declared: Sequence[Requirement] = ()
    providers: Mapping[str, str] = field(default_factory=dict)
    """`[tool.caddis.providers]`: module or package → the package to take."""
    around: Declaration | None = None
    """The channels and indexes that its files name; None where nothing is declared."""
    namesakes: Mapping[str, str] = field(default_factory=dict)
    """Modules that may be its own, as a scan found them."""


NOTHING = Known()


class FindNames(Protocol):
    """Ties imports to packages."""

    def __call__(
        self,
        imports: Iterable[Import],
        ecosystem: Ecosystem,
        known: Known = NOTHING,
    ) -> Requirements:
        """Find the packages of *ecosystem* that provide *imports*."""


class NameSource(Protocol):
    """Anything that can say which packages provide a module."""

    def find(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        """List providers of exactly this dotted name, best first.

        Nothing when it does not know; the caller asks for the packages around the
        module one by one. A package of the other world may be the answer when
        *ecosystem* has none.
        """


class PackageContents(Protocol):
    """Anything that can look into packages without installing them."""

    def look(self, names: Sequence[str]) -> Mapping[str, Contents]:
        """Say what is in each package; those that cannot be read are left out."""


class NameMap(Protocol):
    """Anything that knows packages by their names in both worlds."""

    def to_conda(self, name: str) -> str | None:
        """Give the conda name of a PyPI package; None where only PyPI has it.

        The same name where nothing is known.
        """

    def to_pypi(self, name: str) -> str | None:
        """Give the PyPI name of a conda package; None where only conda has it.

        The same name where nothing is known.
        """


class KnownPackages(Protocol):
    """Anything that knows what packages are called."""

    def has_package(self, name: str) -> bool:
        """Whether a package of either world is called *name*; quick to tell."""

    @property
    def well_known(self) -> Collection[str]:
        """The normalized names of packages of PyPI that a slip may be meant for."""

    @property
    def on_conda(self) -> Mapping[str, str]:
        """PyPI package → conda package, of those that both worlds have."""
