"""What PyPI packages need of conda packages, as conda is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caddis.ports.pypi import PythonNeed

PYTHON = "python"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What PyPI packages need of a conda package."""

    name: str
    """Conda's."""
    spec: str
    """A match spec."""
    by: tuple[str, ...]
    """The PyPI packages."""

    def __str__(self) -> str:
        return f"{', '.join(self.by) or 'PyPI'} (PyPI) needs {self.spec}"


def between(name: str, oldest: str, newest: str) -> str:
    """Express a range of versions as a match spec."""
    if oldest == newest:
        return f"{name} =={newest}"
    return f"{name} >={oldest},<={newest}"


def with_python(needs: Mapping[str, Need], wish: PythonNeed) -> dict[str, Need]:
    """Add *wish* to what is needed of Python already."""
    before = needs.get(PYTHON)
    limits = before.spec.removeprefix(f"{PYTHON} ").split(",") if before else []
    # Match specs write a whole series without the sign.
    series = wish.spec.removeprefix("==") if wish.spec.endswith(".*") else wish.spec
    spec = ",".join(dict.fromkeys((*limits, series)))
    by = tuple(dict.fromkeys((*(before.by if before else ()), wish.by)))
    return {**needs, PYTHON: Need(name=PYTHON, spec=f"{PYTHON} {spec}", by=by)}
