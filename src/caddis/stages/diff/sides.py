"""Everything that can be compared, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from caddis.model.archive import Manifest
from caddis.model.declaration import Declaration
from caddis.model.difference import Measure, Side, Wish
from caddis.model.direct import absolute, is_place
from caddis.model.environment import Environment
from caddis.model.layers import LayerKind
from caddis.model.lock import Lock, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement

_KINDS = {LayerKind.CONDA: Ecosystem.CONDA, LayerKind.PYPI: Ecosystem.PYPI}


def side_of_environment(environment: Environment, *, label: str) -> dict[str, Side]:
    """Take what a prefix has."""
    packages = _by_name(environment.packages, Path(environment.prefix))
    side = Side(
        label=label,
        python=environment.python,
        packages=packages,
        files=environment.changed,
        sizes={Measure.INSTALLED: environment.sizes, **_downloads(packages)},
        settings=_settings(environment.variables, environment.pins),
    )
    return {environment.platform: side}


def sides_of_lock(
    lock: Lock, *, label: str, folder: Path, is_foreign: bool = False
) -> dict[str, Side]:
    """Take what a lock in *folder* has for each platform.

    One that *is_foreign*, of another tool, has no place for variables and pins.
    """
    variables = dict(text.split("=", 1) for text in lock.variables)
    settings = None if is_foreign else _settings(variables, lock.pins)
    sides = {}
    for part in lock.platforms:
        packages = _by_name(part.packages, folder)
        sides[part.platform] = Side(
            label=label,
            python=part.python,
            packages=packages,
            sizes=_downloads(packages),
            settings=settings,
        )
    return sides


def side_of_archive(manifest: Manifest, *, label: str) -> dict[str, Side]:
    """Take the packages in an archive; the interpreter counts by its version."""
    packages = [
        LockedPackage(
            name=layer.name,
            version=layer.version,
            build=layer.build,
            ecosystem=_KINDS[layer.kind],
            files=(),
        )
        for layer in manifest.layers
        if layer.kind in _KINDS
    ]
    side = Side(
        label=label,
        python=manifest.python,
        packages={package.name: package for package in packages},
        sizes={Measure.PACKED: {x.name: x.frame.size for x in manifest.layers}},
        knows_sources=False,
    )
    return {manifest.platform: side}


def side_of_declaration(
    declaration: Declaration, *, label: str, folder: Path
) -> dict[str, Side]:
    """Take what a file in *folder* asks for, on any platform."""
    wishes = {
        requirement.name: Wish(
            name=requirement.name,
            spec=requirement.spec,
            ecosystem=requirement.ecosystem,
            source=_source(requirement, folder),
        )
        for requirement in declaration.requirements
    }
    return {"": Side(label=label, wishes=wishes)}


def _source(requirement: Requirement, folder: Path) -> str:
    spec = requirement.spec
    is_direct = is_place(spec) or " @ " in spec
    is_pypi = requirement.ecosystem is Ecosystem.PYPI
    return absolute(spec, folder) if is_pypi and is_direct else ""


def _settings(variables: Mapping[str, str], pins: Iterable[str]) -> dict[str, str]:
    told = {f"variable {name}": value for name, value in variables.items()}
    pinned = ", ".join(sorted(pins))
    return {**told, "pinned": pinned} if pinned else told


def _by_name(
    packages: Iterable[LockedPackage], folder: Path
) -> dict[str, LockedPackage]:
    # PyPI sorts after conda, and what comes last counts.
    ordered = sorted(packages, key=lambda p: p.ecosystem is Ecosystem.PYPI)
    return {package.name: _at_home(package, folder) for package in ordered}


def _at_home(package: LockedPackage, folder: Path) -> LockedPackage:
    """Write the source so that two files in different folders compare."""
    if not package.source:
        return package
    return replace(package, source=absolute(package.source, folder))


def _downloads(
    packages: Mapping[str, LockedPackage],
) -> dict[Measure, Mapping[str, int]]:
    """Tell the sizes of files where it is clear which file is meant."""
    sizes = {n: p.files[0].size for n, p in packages.items() if len(p.files) == 1}
    return {Measure.DOWNLOAD: {name: size for name, size in sizes.items() if size}}
