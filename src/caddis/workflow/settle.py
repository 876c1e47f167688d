"""Write a prefix into an environment before it is packed.

The environment is relocated in a scratch folder, as an unpacked one would be, and its
files are packed from there. The places stay in the manifest, and `.caddis/prefix` goes
along, so the archive can still be unpacked to, and moved to, anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from caddis.model.archive import CURRENT, SETTLED
from caddis.model.layers import Entry, Layer, LayerKind, Place, Stack
from caddis.model.passing import passing_folder
from caddis.ports.codecs import ChooseCodec
from caddis.stages.pack import Packer, pack
from caddis.workflow.formats import AsFolder

_VARIABLES = ".caddis/variables"


@contextmanager
def settled(
    stack: Stack, prefix: Path, *, packer: Packer, choose: ChooseCodec, scratch: Path
) -> Iterator[Stack]:
    """Give *stack* with *prefix* in its files, while the scratch folder is there.

    Raises:
        UsageError: *prefix* is too long for a binary file.
    """
    with passing_folder("settle", within=scratch) as folder:
        top = folder / "env"
        into = replace(packer, wrap=AsFolder(choose=choose, final=prefix), sign=None)
        manifest = pack(stack, top, packer=into).manifest
        places = {place.path: place for place in manifest.places}
        layers = (_settle(layer, top, places, prefix) for layer in stack.layers)
        yield replace(stack, layers=(*layers, _own_files(top)))


def _settle(
    layer: Layer, top: Path, places: Mapping[str, Place], prefix: Path
) -> Layer:
    records = {place.record for place in places.values()}
    changed = {
        entry.path
        for entry in layer.entries
        if entry.path in places or entry.path in records
    }
    if not changed:
        return layer
    entries = tuple(
        replace(
            entry,
            source=str(top / entry.path),
            edit=None,
            place=places.get(entry.path),
        )
        if entry.path in changed
        else entry
        for entry in layer.entries
    )
    key = f"{layer.key} at {prefix}" if layer.key else ""
    return replace(layer, entries=entries, key=key)


def _own_files(top: Path) -> Layer:
    """Give what relocation noted: the prefix, and the variables of packages."""
    variables = top / _VARIABLES
    files = [top / CURRENT]
    files += sorted(variables.iterdir()) if variables.is_dir() else []
    entries = (
        Entry(path=file.relative_to(top).as_posix(), source=file.read_bytes())
        for file in files
    )
    return Layer(name=SETTLED, kind=LayerKind.HOME, entries=tuple(entries))
