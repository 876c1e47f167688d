"""Small stand-ins for what knows names, and short ways to say what code imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from caddis.model.imports import Import, ImportKind
from caddis.model.names import Contents, Provider, Trust
from caddis.model.requirements import Ecosystem, Evidence, Requirement


def imported(
    module: str,
    *names: str,
    kind: ImportKind = ImportKind.REQUIRED,
    marker: str = "",
    line: int = 1,
) -> Import:
    """`import module`, or `from module import names`."""
    return Import(
        module=module, names=names, kind=kind, path="app.py", line=line, marker=marker
    )


def declared(spec: str, *, ecosystem: Ecosystem = Ecosystem.PYPI) -> Requirement:
    """A line of a requirements file."""
    name = spec.partition(">")[0].partition("=")[0]
    return Requirement(
        spec=spec, name=name, ecosystem=ecosystem, origin="requirements.txt:1"
    )


def wheel(name: str, *modules: str, version: str = "1.0") -> Contents:
    """What a look into a wheel finds."""
    return Contents(
        name=name,
        version=version,
        modules=frozenset(modules),
        origin="https://index.example/simple",
    )


class FakeNames:
    """A source of names held in a dict: module → package, others after a comma."""

    def __init__(
        self,
        rows: Mapping[str, str],
        *,
        kind: str = "table",
        trust: Trust = Trust.SETTLED,
        ecosystem: Ecosystem | None = None,
    ) -> None:
        self._rows = rows
        self._kind = kind
        self._trust = trust
        self._ecosystem = ecosystem

    def find(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        if module not in self._rows:
            return ()
        name, *others = self._rows[module].split(",")
        evidence = Evidence(source=self._kind, detail=f"{name} has {module}")
        return (
            Provider(
                module=module,
                name="" if name == "*" else name,
                ecosystem=self._ecosystem or ecosystem,
                evidence=evidence,
                alternatives=tuple(others),
                trust=self._trust,
            ),
        )


class FakeContents:
    """Packages held in a list; remembers which it was asked for."""

    def __init__(self, *contents: Contents) -> None:
        self._contents = {found.name: found for found in contents}
        self.asked: list[str] = []

    def look(self, names: Sequence[str]) -> Mapping[str, Contents]:
        self.asked.extend(names)
        return {name: self._contents[name] for name in names if name in self._contents}
