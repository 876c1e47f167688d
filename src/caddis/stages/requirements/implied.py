"""What an implied import says of its own package: the table of needs names it."""

from __future__ import annotations

from collections.abc import Mapping

from caddis.model.dist_names import normalize
from caddis.model.import_table import Imports
from caddis.model.names import Provider
from caddis.model.requirements import Ecosystem, Evidence
from caddis.stages.requirements.decide import Asking


def with_implied(
    ask: Asking, imports: Imports, ecosystem: Ecosystem
) -> Mapping[str, tuple[Provider, ...]]:
    """Extend the answers about the modules that *imports* imply.

    The table of needs knows packages by their names on PyPI. For conda it counts only
    where nobody else knows an answer.
    """
    found: dict[str, tuple[Provider, ...]] = {}
    for row in imports.where(lambda form: bool(form.package)):
        known = ask(row.module, ecosystem)
        if row.module in found or (known and ecosystem is Ecosystem.CONDA):
            continue
        detail = f"{row.cause} in {row.path}:{row.line} needs it"
        provider = Provider(
            module=row.module,
            name=normalize(row.package),
            ecosystem=Ecosystem.PYPI,
            evidence=Evidence(source="implied", detail=detail),
        )
        found[row.module] = (provider, *known)
    return found
