"""Make the frames of a delta out of an unpacked environment.

What comes out is checked against the hash that the new manifest has of each frame's
content, so the result is that of a fresh unpack, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from itertools import accumulate

from caddis.errors import PrefixError
from caddis.model.archive import FrameOf
from caddis.model.delta import Group, Recipe
from caddis.model.formats import tar_headers as tar
from caddis.model.formats.tar import Stream
from caddis.ports.deltas import Delta, Patches
from caddis.stages.unpack.content import Pieces, checked, damaged, read_checked
from caddis.stages.unpack.old_prefix import Differs, OldPrefix


class Onto:
    """Gives the content of each layer of a delta, with what an old prefix has."""

    def __init__(self, delta: Delta, old: OldPrefix, *, patches: Patches) -> None:
        self._delta = delta
        self._old = old
        self._patches = patches
        self._recipes = {
            layer.frame.content_sha256: recipe
            for layer, recipe in zip(delta.manifest.layers, delta.recipes, strict=True)
        }

    def refuse_wrong(self) -> None:
        """Compare what the delta starts from with what the old prefix says it has.

        Raises:
            PrefixError: another version of a package is there, or none.
        """
        there = {layer.frame.content_sha256 for layer in self._old.manifest.layers}
        for layer in self._delta.manifest.layers:
            recipe = self._recipes[layer.frame.content_sha256]
            if not recipe.is_whole and recipe.base not in there:
                raise PrefixError(
                    f"{self._old.path} does not have the {recipe.base_name} that the"
                    f" delta starts from; it has {self._versions(layer)}",
                    hint="Make the delta from the archive that was unpacked there.",
                )

    def content(self, layer: FrameOf, start: int) -> Pieces:
        """Yield the tar of *layer*, whose part of the delta begins at *start*.

        Raises:
            ArchiveError: the delta is damaged.
            PrefixError: the old environment is not what the delta starts from.
        """
        recipe = self._recipes[layer.frame.content_sha256]
        if recipe.is_whole:
            yield from read_checked(self._delta, layer, start)
            return
        digest = hashlib.sha256()
        try:
            for piece in self._made(layer, recipe, start):
                digest.update(piece)
                yield piece
        except Differs as error:
            raise self._wrong(recipe, f"{error.path!r} is missing or changed") from None
        if digest.hexdigest() != layer.frame.content_sha256:
            raise self._wrong(recipe, "a file of it was edited")

    def _made(self, layer: FrameOf, recipe: Recipe, start: int) -> Iterator[bytes]:
        """Write the entries of a frame's tar again."""
        groups = self._groups(layer, recipe, start)
        current, new = -1, Stream(iter(()))
        for entry in recipe.entries:
            if entry.link:
                yield tar.link_header(entry.path, entry.link)
                continue
            if entry.folder:
                yield tar.folder_header(entry.path)
                continue
            yield tar.file_header(entry.path, entry.size, executable=entry.executable)
            if entry.group < 0:
                yield from self._old.pieces(entry.path, entry.size)
            else:
                if entry.group != current:
                    current, new = entry.group, Stream(next(groups))
                yield from map(bytes, new.pieces(entry.size))
            yield tar.padding(entry.size)
        for _ in groups:  # Lets the last patch be checked to its end.
            pass

    def _groups(
        self, layer: FrameOf, recipe: Recipe, start: int
    ) -> Iterator[Iterator[bytes]]:
        """Yield what each patch makes, piece by piece, one after another."""
        starts = accumulate((g.patch_size for g in recipe.groups), initial=start)
        for group, at in zip(recipe.groups, starts, strict=False):
            if group.old:
                made = iter((self._patched(layer, recipe, group, at),))
            else:
                made = checked(
                    self._delta.read(at, group.patch_size),
                    partial(self._patches.unfold, size=group.new_size),
                    sha256=group.patch_sha256,
                    otherwise=damaged(self._delta, layer),
                )
            yield made
            for _ in made:
                pass

    def _patched(self, layer: FrameOf, recipe: Recipe, group: Group, at: int) -> bytes:
        """Make what *group* makes out of old files."""
        patch = b"".join(self._delta.read(at, group.patch_size))
        if hashlib.sha256(patch).hexdigest() != group.patch_sha256:
            raise damaged(self._delta, layer)
        old = b"".join(map(self._old.content, group.old))
        if len(old) != group.old_size:
            raise self._wrong(recipe, "a file of it was edited")
        return self._patches.apply(old, patch, size=group.new_size)

    def _versions(self, layer: FrameOf) -> str:
        found = [
            f"{each.name} {each.version}".rstrip()
            for each in self._old.manifest.layers
            if each.name == layer.name
        ]
        return " and ".join(found) or "none"

    def _wrong(self, recipe: Recipe, reason: str) -> PrefixError:
        return PrefixError(
            f"{recipe.base_name} in {self._old.path} is not as it was unpacked:"
            f" {reason}",
            hint="Unpack the old archive again, or name it with --onto-archive.",
        )
