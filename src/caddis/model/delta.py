"""A delta: how to make the frames of one archive from the files of another.

    head | frame or patch | frame or patch | … | SHA-256 of the head

The head is a compressed tar with the new archive's manifest (and its signature), and
`.caddis/delta.json`, which has a recipe for each layer, in the manifest's order:

- `whole`: the frame stands in the delta as it stands in the new archive;
- `made`: the frame's tar is written again, file by file. An entry's content comes from
  the old environment, or is the next piece of a group. A group is one patch, which
  makes all its pieces at once out of the old files that are most like them.

The hash of the frame's content in the manifest says whether the result is right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from caddis.errors import ArchiveError
from caddis.model.archive import read_word

FORMAT = 1

DELTA = ".caddis/delta.json"
"""The entry of the head that holds the recipes."""

SEAL = 32
"""Bytes at the end: the SHA-256 of the head. All else has its hash in the head."""


@dataclass(frozen=True, slots=True)
class Made:
    """One entry of a frame's tar."""

    path: str
    size: int = 0
    executable: bool = False
    link: str = ""
    folder: bool = False
    group: int = -1
    """Which group's next piece it is; -1 when the old file *path* is taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A patch that makes several files."""

    old: tuple[str, ...]
    """Paths of the old files that it starts from, one after another."""
    old_size: int
    new_size: int
    patch_size: int
    patch_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How to come by the frame of one layer."""

    base: str = ""
    """`content_sha256` of the old layer; empty when the frame comes whole."""
    base_name: str = ""
    """What the old layer is, as `pandas 3.1.1`, for messages."""
    entries: tuple[Made, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether the frame itself is in the delta."""
        return not self.base


def write_recipes(recipes: tuple[Recipe, ...]) -> bytes:
    """Give *recipes* as JSON: the same recipes are always the same bytes."""
    data = {"caddis-delta": FORMAT, "layers": [_recipe_data(r) for r in recipes]}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def read_recipes(text: bytes) -> tuple[Recipe, ...]:
    """Read what `write_recipes` wrote.

    Raises:
        ArchiveError: *text* is nothing of the kind, leads outside, or is too new.
    """
    try:
        data = json.loads(text)
        if data["caddis-delta"] > FORMAT:
            raise ArchiveError(
                f"the delta has format {data['caddis-delta']}; this caddis"
                f" knows {FORMAT}",
                hint="Use a newer caddis: pip install -U caddis.",
            )
        return tuple(_read_recipe(layer) for layer in data["layers"])
    except (
        *(KeyError, TypeError, ValueError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise ArchiveError(
            f"the recipes of the delta cannot be read ({error})",
            hint="The file is damaged; copy it again.",
        ) from None


def _recipe_data(recipe: Recipe) -> dict[str, Any]:
    if recipe.is_whole:
        return {}
    return {
        "base": recipe.base,
        "base_name": recipe.base_name,
        "entries": [_entry_data(entry) for entry in recipe.entries],
        "groups": [
            [g.old_size, g.new_size, g.patch_size, g.patch_sha256, *g.old]
            for g in recipe.groups
        ],
    }


def _entry_data(entry: Made) -> list[Any]:
    if entry.link:
        return [entry.path, "@", entry.link]
    if entry.folder:
        return [entry.path, "/"]
    data = [entry.path, "x" if entry.executable else "-", entry.size]
    return data if entry.group < 0 else [*data, entry.group]


def _read_recipe(data: Mapping[str, Any]) -> Recipe:
    if not data:
        return Recipe()
    groups = tuple(
        Group(
            old=tuple(map(_inside, old)),
            old_size=int(old_size),
            new_size=int(new_size),
            patch_size=int(patch_size),
            patch_sha256=str(patch_sha256),
        )
        for old_size, new_size, patch_size, patch_sha256, *old in data["groups"]
    )
    entries = tuple(_read_entry(entry) for entry in data["entries"])
    if any(entry.group >= len(groups) for entry in entries):
        raise ValueError("an entry names a group that is not there")
    return Recipe(
        base=str(data["base"]),
        base_name=read_word(data["base_name"]),
        entries=entries,
        groups=groups,
    )


def _read_entry(data: list[Any]) -> Made:
    path, kind, *rest = data
    if kind == "@":
        return Made(_inside(path), link=str(rest[0]))
    if kind == "/":
        return Made(_inside(path), folder=True)
    return Made(
        _inside(path),
        size=int(rest[0]),
        executable=kind == "x",
        group=int(rest[1]) if len(rest) > 1 else -1,
    )


def _inside(path: str) -> str:
    if path.startswith("/") or "\0" in path or ".." in path.split("/"):
        raise ArchiveError(
            f"the delta names {path!r}, which leads out of the environment",
            hint="Do not trust it: caddis delta writes no such entry.",
        )
    return path
