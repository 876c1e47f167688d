"""What was asked for, as exports name it."""

from __future__ import annotations

from caddis.model.direct import with_extras, without_extras
from caddis.model.lock import Lock, LockedPackage
from caddis.model.prefix.history import spec_name
from caddis.model.requirements import Ecosystem
from caddis.model.versions import minor
from caddis.stages.export.precision import Precision


def asked_of(lock: Lock, ecosystem: Ecosystem) -> dict[str, str]:
    """Map what was asked for by name; a place without a name by itself."""
    start = f"{ecosystem.value}:"
    specs = [t.removeprefix(start) for t in lock.requested if t.startswith(start)]
    if ecosystem is Ecosystem.CONDA:
        specs = [spec.partition(" ; ")[0] for spec in specs]
    name_of = spec_name if ecosystem is Ecosystem.CONDA else _pypi_name
    return {name_of(spec): spec for spec in specs}


def wish_for(package: LockedPackage, asked: dict[str, str]) -> str:
    """Find how *package* was asked for; empty when it was not."""
    place, _ = without_extras(package.source)
    return asked.get(package.name) or asked.get(place, "")


def pypi_line(package: LockedPackage, wish: str, precision: Precision) -> str:
    """Name a distribution as exactly as *precision* says, without a hash.

    What comes from no index keeps its source: a version in its place would be
    somebody else's package of that name.
    """
    extras = {*package.extras, *without_extras(wish)[1]}
    if package.source:
        return with_extras(package.source, extras)
    if precision is Precision.ASKED:
        return wish or package.name
    name = with_extras(package.name, extras)
    if precision is Precision.NONE:
        return name
    if precision is Precision.MINOR:
        return f"{name}=={minor(package.version)}.*"
    return f"{name}=={package.version}"


def _pypi_name(spec: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement

    from caddis.model.dist_names import normalize

    try:
        return str(normalize(Requirement(spec).name))
    except InvalidRequirement:
        return without_extras(spec)[0]
