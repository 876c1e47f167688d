"""What the project's own lock says about names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from caddis.model.dist_names import normalize
from caddis.model.names import Provider, Trust
from caddis.model.requirements import Ecosystem, Evidence
from caddis.ports.names import NameSource

Locked = Mapping[tuple[Ecosystem, str], str]
"""Version by world and name; empty where platforms have different ones."""


class LockedNames:
    """A `NameSource`: of the packages that may provide a module, one is locked.

    A lock has names and no modules. So *others* tell which packages may be meant, or
    the package is called like the module.
    """

    def __init__(self, locked: Locked, *, others: NameSource) -> None:
        """Answer with what is *locked* among what *others* know."""
        self._locked = locked
        self._others = others

    def find(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        """Give the locked package that provides exactly *module*, if there is one."""
        if not self._locked:
            return ()
        known = self._others.find(module, ecosystem=ecosystem)
        for provider in known:
            names = (provider.name, *provider.alternatives)
            for name in names:
                if (provider.ecosystem, name) in self._locked:
                    rest = tuple(other for other in names if other != name)
                    return (self._provider(provider, name, alternatives=rest),)
        namesake = normalize(module)
        if known or (ecosystem, namesake) not in self._locked:
            return ()
        unknown = Provider(
            module=module,
            name=namesake,
            ecosystem=ecosystem,
            evidence=Evidence(source="locked", detail=""),
        )
        return (self._provider(unknown, namesake, alternatives=()),)

    def _provider(
        self, provider: Provider, name: str, *, alternatives: tuple[str, ...]
    ) -> Provider:
        version = self._locked[provider.ecosystem, name]
        locked = f"{name} {version}".rstrip()
        detail = f"{locked}, which may provide {provider.module}, is in the lock"
        return replace(
            provider,
            name=name,
            evidence=Evidence(source="locked", detail=detail),
            alternatives=alternatives,
            trust=Trust.AGREED,
        )
