"""The project as a package: whether it is installed, and what it asks of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from caddis.model.dist_names import normalize
from caddis.model.lock import PROJECT
from caddis.model.requirements import Requirement
from caddis.stages.declare.reading import Place, local_requirement

_SWITCHES = (
    ("caddis", "package"),
    ("uv", "package"),
    ("poetry", "package-mode"),
    ("pdm", "distribution"),
)
"""Where people say that a project is no package."""


def own_package(data: Mapping[str, Any], *, at: Place) -> Requirement | None:
    """Ask for the project that the pyproject.toml with *data* describes.

    It is a package where it says how it is built and nowhere that it is none.
    """
    about, build = data.get("project"), data.get("build-system")
    if not (isinstance(about, Mapping) and isinstance(build, Mapping)):
        return None
    name = about.get("name")
    if not isinstance(name, str) or is_switched_off(data):
        return None
    # What only a build can tell, uv finds out.
    is_told = "dependencies" not in about.get("dynamic", ())
    return itself(name, at=at, is_spelled_out=is_told)


def itself(name: str, *, at: Place, is_spelled_out: bool) -> Requirement:
    """Ask for the project itself, whose *name* stands *at* a place."""
    asked = local_requirement(PROJECT, name, at=at, group="")
    return replace(asked, is_spelled_out=is_spelled_out)


def is_switched_off(data: Mapping[str, Any]) -> bool:
    """Say whether a pyproject.toml with *data* makes the project no package."""
    tools = data.get("tool", {})
    tables = ((tools.get(tool), key) for tool, key in _SWITCHES)
    return any(isinstance(t, Mapping) and t.get(key) is False for t, key in tables)


def own_extras(
    requirement: Requirement, about: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """Name the extras of the project itself, *about* which is told, that are asked for.

    None where something else is asked for.
    """
    name = about.get("name")
    if not isinstance(name, str) or normalize(name) != requirement.name:
        return None
    wanted = {normalize(extra) for extra in requirement.extras}
    return tuple(sorted(wanted))


def marker_of(spec: str) -> str:
    """Give the marker of a PEP 508 text; empty when it has none."""
    from packaging.requirements import Requirement as Pep508

    return str(Pep508(spec).marker or "")


def both(one: str, other: str) -> str:
    """Join two markers, either of which may be empty."""
    return f"({one}) and ({other})" if one and other else one or other


def with_marker(requirement: Requirement, marker: str) -> Requirement:
    """Ask for *requirement* only where *marker* holds, too."""
    if not marker:
        return requirement
    from packaging.markers import Marker
    from packaging.requirements import Requirement as Pep508

    spec = Pep508(requirement.spec)
    own = f"({spec.marker}) and " if spec.marker else ""
    spec.marker = Marker(f"{own}({marker})")
    return replace(requirement, spec=str(spec))
