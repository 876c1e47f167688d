"""Take the packages' own files again where somebody edited or removed them.

A layer is the same whether it is read from a prefix or made from the package's file,
so mending one is putting the other in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from caddis.errors import FetchError
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.layers import Layer, LayerKind
from caddis.model.prefix.dist_info import read_record
from caddis.ports.repairs import Repairs
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.differences import find_differences
from caddis.stages.record.dists import RecordedDist

_Recorded = TypeVar("_Recorded", RecordedPackage, RecordedDist)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """Packages, and what about them is not as it was installed."""

    packages: Sequence[RecordedPackage]
    dists: Sequence[RecordedDist]
    differences: tuple[ChangedFile, ...]
    repaired: tuple[ChangedFile, ...] = ()
    """What was different before."""


def check(
    packages: Sequence[RecordedPackage],
    dists: Sequence[RecordedDist],
    *,
    prefix: Path,
    repairs: Repairs | None,
) -> Checked:
    """Find what is not as it was installed, and mend it if there are *repairs*.

    What another package put in a file's place stays.

    Raises:
        FetchError: a package's file is not the one that was installed.
    """
    found = Checked(
        packages=packages, dists=dists, differences=find_differences(packages, dists)
    )
    damaged = tuple(d for d in found.differences if d.state is not FileState.SHADOWED)
    if repairs is None or not damaged:
        return found
    made = repairs.layers(prefix, {each.package for each in damaged})
    own = {(layer.kind, layer.name): layer for layer in made}
    return Checked(
        packages=[_mended(package, own) for package in packages],
        dists=[_mended(dist, own) for dist in dists],
        differences=tuple(d for d in found.differences if d not in damaged),
        repaired=damaged,
    )


def _mended(
    recorded: _Recorded, own: Mapping[tuple[LayerKind, str], Layer]
) -> _Recorded:
    installed = recorded.layer
    made = own.get((installed.kind, installed.name))
    if made is None:
        return recorded
    if installed.kind is LayerKind.PYPI:
        _check_same(installed, made)
    wanted = {e.path for e in installed.entries} | {*recorded.edited, *recorded.missing}
    entries = tuple(entry for entry in made.entries if entry.path in wanted)
    # A file that another package stands in for stays away.
    key = made.key if len(entries) == len(made.entries) else ""
    layer = replace(made, entries=entries, key=key)
    return replace(recorded, layer=layer, edited=(), missing=())


def _check_same(installed: Layer, made: Layer) -> None:
    """Refuse a distribution that has the same version and other files.

    What the version's file at hand says of its files has to be what was installed;
    that of a conda package is known by its hash.
    """
    before, now = _rows(installed), _rows(made)
    strange = [path for path, it in before.items() if it and it != now.get(path)]
    if strange:
        raise FetchError(
            f"{installed.name} {installed.version} was installed from another file than"
            f" the one that can be had now: they differ in {min(strange)}",
            hint="Install it again, or pack without --repair.",
        )


def _rows(layer: Layer) -> dict[str, str]:
    record = next(e for e in layer.entries if e.path.endswith(".dist-info/RECORD"))
    assert isinstance(record.source, bytes)
    site_packages = record.path.rsplit("/", 2)[0]
    return {row.path: row.hash for row in read_record(record.source, site_packages)}
