"""Packages that have a key each, as poetry's, pixi's and pipenv's tables have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from caddis.errors import ProjectError
from caddis.model.toml import list_in
from caddis.stages.declare.reading import Place


def told_of(
    name: str, told: object, *, at: Place, usual: str = "*"
) -> Mapping[str, Any]:
    """Give what is *told* of the package *name* as a table; a text is its version.

    Raises:
        ProjectError: it is neither. Of *usual* versions an example is made.
    """
    about = {"version": told} if isinstance(told, str) else told
    if not isinstance(about, Mapping):
        raise ProjectError(
            f"{at}: {name} has no version", hint=f'Write {name} = "{usual}".'
        )
    return about


def spec_of(
    name: str, about: Mapping[str, Any], version: str, markers: Iterable[str]
) -> str:
    """Write the requirement with the extras that *about* has, needed by all *markers*.

    *version* is a specifier of PEP 440, or nothing.
    """
    extras = ",".join(map(str, list_in(about, "extras")))
    wanted = f"{name}[{extras}]" if extras else name
    marker = " and ".join(markers)
    return f"{wanted}{version} ; {marker}" if marker else f"{wanted}{version}"
