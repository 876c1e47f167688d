"""Everything that can be compared, in one form."""

from __future__ import annotations

from collections.abc import Iterable

from caddis.model.archive import Manifest
from caddis.model.declaration import Declaration
from caddis.model.difference import Side, Wish
from caddis.model.environment import Environment
from caddis.model.layers import LayerKind
from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem

_KINDS = {LayerKind.CONDA: Ecosystem.CONDA, LayerKind.PYPI: Ecosystem.PYPI}


def side_of_environment(environment: Environment, *, label: str) -> dict[str, Side]:
    """Take what a prefix has."""
    side = Side(
        label=label,
        python=environment.python,
        packages=_by_name(environment.packages),
        files=environment.changed,
        size=_size(environment.packages),
    )
    return {environment.platform: side}


def sides_of_lock(lock: Lock, *, label: str) -> dict[str, Side]:
    """Take what a lock has for each platform."""
    return {
        part.platform: Side(
            label=label,
            python=part.python,
            packages=_by_name(part.packages),
            size=_size(part.packages),
        )
        for part in lock.platforms
    }


def side_of_archive(manifest: Manifest, *, label: str) -> dict[str, Side]:
    """Take the packages in an archive; the interpreter counts by its version."""
    packages = [
        LockedPackage(
            name=layer.name,
            version=layer.version,
            build=layer.build,
            ecosystem=_KINDS[layer.kind],
            files=(LockedFile(url="", sha256="", size=layer.frame.size),),
        )
        for layer in manifest.layers
        if layer.kind in _KINDS
    ]
    side = Side(
        label=label,
        python=manifest.python,
        packages=_by_name(packages),
        size=sum(layer.frame.size for layer in manifest.layers),
    )
    return {manifest.platform: side}


def side_of_declaration(declaration: Declaration, *, label: str) -> dict[str, Side]:
    """Take what a file asks for, on any platform."""
    wishes = {
        requirement.name: Wish(
            name=requirement.name,
            spec=requirement.spec,
            ecosystem=requirement.ecosystem,
        )
        for requirement in declaration.requirements
    }
    return {"": Side(label=label, wishes=wishes)}


def _by_name(packages: Iterable[LockedPackage]) -> dict[str, LockedPackage]:
    # PyPI sorts after conda, and what comes last counts.
    ordered = sorted(packages, key=lambda p: p.ecosystem is Ecosystem.PYPI)
    return {package.name: package for package in ordered}


def _size(packages: Iterable[LockedPackage]) -> int:
    """Add up the files; 0 unless every package is one file of known size."""
    sizes = [p.files[0].size if len(p.files) == 1 else 0 for p in packages]
    return sum(sizes) if all(sizes) else 0
