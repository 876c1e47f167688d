"""Engines that are dictionaries, and what they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from caddis.model.imports import Import, ImportKind
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery
from caddis.stages.lock import LockSettings

CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI
SETTINGS = LockSettings(platforms=("linux-64",), python="3.11")


def package(
    name: str, *depends: str, ecosystem: Ecosystem = PYPI, version: str = "1.0"
) -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        ecosystem=ecosystem,
        files=(LockedFile(url=f"https://x.example/{name}", sha256="00" * 32),),
        depends=depends,
    )


def ask(
    spec: str, ecosystem: Ecosystem = PYPI, *, group: str = "", module: str = ""
) -> Requirement:
    imports = (
        (Import(module=module, kind=ImportKind.REQUIRED, path="a.py", line=1),)
        if module
        else ()
    )
    return Requirement(
        spec=spec,
        name=spec.split()[0],
        ecosystem=ecosystem,
        group=group,
        imports=imports,
    )


class Pypi:
    """Knows one answer, and remembers what it was asked."""

    def __init__(self, *packages: LockedPackage) -> None:
        self._packages = packages
        self.queries: list[PypiQuery] = []

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        provided = {name for name, _ in query.provided}
        return tuple(p for p in self._packages if p.name not in provided)

    def versions(self, query: PypiQuery) -> dict[str, str]:
        return {p.name: p.version for p in self.resolve(query)}

    def extras(
        self,
        pins: Iterable[tuple[str, str]],
        *,
        brought: Mapping[str, LockedFile],
    ) -> dict[str, tuple[str, ...]]:
        return {name: ("draw", "fast-draw") for name, _ in pins if name != "unseen"}


class Conda:
    """Knows one answer, and remembers what it was asked."""

    def __init__(self, *packages: LockedPackage) -> None:
        self._packages = packages
        self.queries: list[CondaQuery] = []

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        return self._packages
