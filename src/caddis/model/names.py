"""What is known about names: which package provides a module."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from caddis.model.requirements import Ecosystem, Evidence


class Trust(str, Enum):
    """How much is needed to overrule, or to believe, that a package has a module."""

    SETTLED = "settled"
    """People decided, or files show it."""
    AGREED = "agreed"
    """Believed until a look into the package shows that it is wrong."""
    HEARSAY = "hearsay"
    """Believed only after a look into the package shows that it is right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """A package that some evidence says provides a module."""

    module: str
    """Dotted name that the evidence is about: what was asked, or the package
    around it."""
    name: str
    """Package name, normalized for PyPI; empty where *module* is a namespace that
    several packages share and nobody provides alone."""
    ecosystem: Ecosystem
    evidence: Evidence
    alternatives: tuple[str, ...] = ()
    """Other packages with the same module; *name* is the default choice."""
    trust: Trust = Trust.SETTLED
    below: str = ""
    """The version of *name* that first lacks the module; empty when it is there."""

    @property
    def is_namespace(self) -> bool:
        """Whether nobody provides the module alone."""
        return not self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """What was found by looking into a package."""

    name: str
    version: str
    modules: frozenset[str]
    """Dotted names: the outermost packages and modules that the package fills with
    code, namespaces left out."""
    origin: str
    """Index or channel it came from, without credentials."""
    kind: str = "wheel"
    """What kind of evidence it is: `wheel` or `channel`."""
    also_on: tuple[str, ...] = ()
    """Further indexes that have a package of this name."""

    def provides(self, module: str) -> bool:
        """Whether *module* or a package around it is in there."""
        return any(prefix in self.modules for prefix in prefixes(module))

    def denies(self, module: str) -> bool:
        """Whether neither *module*, nor a package around it, nor a part is there."""
        within = f"{module}."
        inside = any(name.startswith(within) for name in self.modules)
        return not inside and not self.provides(module)


def prefixes(module: str) -> tuple[str, ...]:
    """List a dotted name and the packages around it, longest first.

    >>> prefixes("a.b.c")
    ('a.b.c', 'a.b', 'a')
    """
    parts = module.split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 0, -1))
