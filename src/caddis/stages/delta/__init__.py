"""delta: write what an environment lacks to become another one.

See `caddis.model.delta` for what is in the file. Neither archive is unpacked; what has
to be read of them is read frame by frame, and the same two archives always give the
same delta.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ArchiveError, SystemFailure
from caddis.model.archive import MANIFEST, SETTLED, SIGNATURE, FrameOf
from caddis.model.delta import DELTA, Group, Made, Recipe, write_recipes
from caddis.model.formats.tar_headers import END, file_header, padding
from caddis.model.layers import LayerKind
from caddis.model.modes import OF_ARCHIVES
from caddis.model.passing import passing_folder
from caddis.model.whole import check_folder_of, whole_file
from caddis.ports.archives import Archive
from caddis.ports.deltas import Patches
from caddis.ports.progress import Reporter, Silent
from caddis.stages.delta.changes import Making, make_changed
from caddis.stages.delta.reading import Frames, Span

__all__ = ["Delta", "DeltaTools", "SystemFailure", "delta"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaTools:
    """What making a delta needs of the machine."""

    patches: Patches
    threads: int = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Delta:
    """What came out."""

    size: int
    """Bytes of the delta."""
    same: tuple[str, ...]
    """Names of the layers that the old environment has."""
    changed: tuple[str, ...]
    """Of those that it has in another version."""
    whole: tuple[str, ...]
    """Of those that it has not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What the delta has of one layer."""

    recipe: Recipe
    patches: tuple[Path, ...] = ()


def delta(
    old: Archive,
    new: Archive,
    out: Path,
    *,
    tools: DeltaTools,
    reporter: Reporter | None = None,
) -> Delta:
    """Write to *out* what turns the environment of *old* into that of *new*.

    Raises:
        ArchiveError: a frame is damaged, or an archive too old to be compared.
        SystemFailure: the folder of *out* does not exist.
    """
    check_folder_of(out)
    _refuse_unhashed(old)
    _refuse_unhashed(new)
    with passing_folder("delta") as folder:
        making = Making(patches=tools.patches, folder=folder)
        parts = _make_parts(old, new, making, tools.threads, reporter or Silent())
        _write(out, new, parts)
    recipes = tuple(part.recipe for part in parts)
    return _summary(new, recipes, size=out.stat().st_size)


def _write(out: Path, new: Archive, parts: list[_Part]) -> None:
    head = _head(new, tuple(part.recipe for part in parts))
    with whole_file(out) as file, os.fdopen(os.dup(file), "wb") as stream:
        os.fchmod(file, OF_ARCHIVES)
        stream.write(head)
        for part, (layer, start) in zip(parts, new.spans(), strict=True):
            if part.recipe.is_whole:
                stream.writelines(new.read(start, layer.frame.size))
            for patch in part.patches:
                with patch.open("rb") as source:
                    shutil.copyfileobj(source, stream)
        stream.write(hashlib.sha256(head).digest())


def _make_parts(
    old: Archive, new: Archive, making: Making, threads: int, reporter: Reporter
) -> list[_Part]:
    spans = list(new.spans())
    bases = _Bases(old)
    sources = Frames(old, unrelocated=True), Frames(new)
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(_make_part, *sources, span, bases, making) for span in spans
        ]
        try:
            parts = []
            for done, future in enumerate(futures):
                reporter.step(done, len(spans), f"compare {spans[done][0].name}")
                parts.append(future.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return parts


def _make_part(
    old: Frames,
    new: Frames,
    span: Span,
    bases: _Bases,
    making: Making,
) -> _Part:
    layer, _ = span
    base = bases.of(layer)
    if base is None:
        return _Part(recipe=Recipe())
    same = base[0].frame.content_sha256 == layer.frame.content_sha256
    if same and old.as_packed:
        entries = tuple(listed.entry for listed in new.entries(span))
        return _Part(recipe=_recipe(base[0], entries))
    changed = make_changed((old, base), (new, span), making)
    recipe = _recipe(base[0], changed.entries, changed.groups)
    return _Part(recipe=recipe, patches=changed.patches)


def _recipe(
    base: FrameOf, entries: tuple[Made, ...], groups: tuple[Group, ...] = ()
) -> Recipe:
    return Recipe(
        base=base.frame.content_sha256,
        base_name=f"{base.name} {base.version}".rstrip(),
        entries=entries,
        groups=groups,
    )


class _Bases:
    """Finds the old layer that a new one is most like.

    What relocation notes in an environment is never one, for it changes with moves.
    """

    def __init__(self, old: Archive) -> None:
        self._by_content: dict[str, Span] = {}
        self._by_name: dict[tuple[LayerKind, str], Span] = {}
        for layer, start in old.spans():
            if layer.name == SETTLED:
                continue
            self._by_content[layer.frame.content_sha256] = layer, start
            self._by_name[layer.kind, layer.name] = layer, start

    def of(self, layer: FrameOf) -> Span | None:
        """Give the old layer of the same content, or else of the same name."""
        same = self._by_content.get(layer.frame.content_sha256)
        return same or self._by_name.get((layer.kind, layer.name))


def _refuse_unhashed(archive: Archive) -> None:
    if all(layer.frame.content_sha256 for layer in archive.manifest.layers):
        return
    raise ArchiveError(
        f"{archive.path} was made by a caddis that knew no deltas",
        hint="Pack its environment again.",
    )


def _head(new: Archive, recipes: tuple[Recipe, ...]) -> bytes:
    entries = [(DELTA, write_recipes(recipes)), (MANIFEST, new.manifest_text)]
    if new.signature:
        entries.append((SIGNATURE, new.signature))
    content = b"".join((*_tar(entries), END))
    compressor = new.codec.compressor(len(content))
    return b"".join((compressor.compress(content), *compressor.finish()))


def _tar(entries: list[tuple[str, bytes]]) -> Iterator[bytes]:
    for path, content in entries:
        yield file_header(path, len(content), executable=False)
        yield content
        yield padding(len(content))


def _summary(new: Archive, recipes: tuple[Recipe, ...], *, size: int) -> Delta:
    same, changed, whole = [], [], []
    for recipe, layer in zip(recipes, new.manifest.layers, strict=True):
        if recipe.is_whole:
            whole.append(layer.name)
        elif recipe.base == layer.frame.content_sha256:
            same.append(layer.name)
        else:
            changed.append(layer.name)
    return Delta(
        size=size, same=tuple(same), changed=tuple(changed), whole=tuple(whole)
    )
