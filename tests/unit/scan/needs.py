"""Requirements as a scan finds them."""

from __future__ import annotations

from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement


def need(spec: str, group: str = "", ecosystem: str = "pypi") -> Requirement:
    kind = ImportKind.TEST if group else ImportKind.REQUIRED
    found = Import(module="m", kind=kind, path="m.py", line=1, group=group)
    name = spec.split()[0]
    return Requirement(
        spec=spec,
        name=name,
        ecosystem=Ecosystem(ecosystem),
        kind=kind,
        imports=(found,),
    )
