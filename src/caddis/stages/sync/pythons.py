"""Which distributions are not meant for the Python that they were installed for.

uv heeds the lower bounds of Requires-Python and ignores the upper ones, where pip would
take another version or refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from caddis.model.ecosystem import Ecosystem
from caddis.stages.sync.installed import InstalledPackage

_FIELD = "requires-python:"


def not_meant_for(python: str, packages: Iterable[InstalledPackage]) -> Iterator[str]:
    """Tell in a sentence each which of *packages* rule out *python*, `3.13.1`."""
    for package in packages:
        if package.ecosystem is not Ecosystem.PYPI:
            continue
        wanted = _requires_python(package.record.with_name("METADATA"))
        if "<" in wanted or "=" in wanted.replace(">=", ""):
            yield from _told(package, wanted, python)


def _told(package: InstalledPackage, wanted: str, python: str) -> Iterator[str]:
    # Here, because most have a lower bound alone, which uv has seen to.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        fits = SpecifierSet(wanted).contains(python, prereleases=True)
    except InvalidSpecifier:
        return
    if not fits:
        yield (
            f"{package.name} {package.version} asks for Python {wanted}, and this is"
            f" {python}: choose another version of it, or lock for another Python"
        )


def _requires_python(metadata: Path) -> str:
    """Read the field out of the head of *metadata*; empty where there is none."""
    try:
        with metadata.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if not line.strip():
                    break
                if line.lower().startswith(_FIELD):
                    return line[len(_FIELD) :].strip()
    except OSError:
        pass
    return ""
