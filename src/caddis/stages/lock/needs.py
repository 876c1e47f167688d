"""What PyPI packages need of conda packages, as conda is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from caddis.model.lock import LockedPackage
from caddis.model.requirements import Requirement
from caddis.ports.pypi import PythonNeed

PYTHON = "python"
_BOUND = re.compile(r"(?P<sign>[<>=!~]=?)(?P<major>\d+)\.(?P<minor>\d+)")
_MOST_TOLD = 3


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


def in_words(needs: Iterable[PythonNeed]) -> Iterator[str]:
    """Say which Pythons distributions need, a line each."""
    specs: dict[str, dict[str, None]] = defaultdict(dict)
    for need in needs:
        specs[need.by][need.spec] = None
    for name, different in specs.items():
        first = list(different)[:_MOST_TOLD]
        more = " …, by version" if len(different) > len(first) else ""
        yield f"{name} needs Python {' or '.join(first)}{more}"


def would_do(needs: Sequence[PythonNeed], python: str) -> tuple[str, ...]:
    """Name other Pythons than *python* that *needs* speak of, the nearest first."""
    now = tuple(map(int, python.split(".")[:2]))
    found = set()
    for need in needs:
        for bound in _BOUND.finditer(need.spec):
            version = (int(bound["major"]), int(bound["minor"]))
            if bound["sign"] == "<" and version <= now:
                version = (version[0], version[1] - 1)
            found.add(version)
    found.discard(now)
    nearest = sorted(found, key=lambda each: abs(each[1] - now[1]) + 99 * (each < now))
    return tuple(f"{major}.{minor}" for major, minor in nearest if minor >= 0)


def python_of(conda: Iterable[LockedPackage]) -> str:
    """Give the version of conda's Python; empty where there is none."""
    return next((p.version for p in conda if p.name == PYTHON), "")


def asks_python(asked: Iterable[Requirement]) -> bool:
    """Say whether somebody asks for Python itself."""
    return any(requirement.name == PYTHON for requirement in asked)


def any_patch(version: str) -> str:
    """Turn `3.11` into the match `3.11.*`; `3.11.7` stays exact."""
    return f"{version}.*" if version.count(".") == 1 else f"=={version}"
