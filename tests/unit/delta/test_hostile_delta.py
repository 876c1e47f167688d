"""Deltas that were made to do harm."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.archive_file import DeltaFile, open_delta
from caddis.adapters.patches import ZstdPatches
from caddis.cli.archives.reading import choose_codec
from caddis.errors import ArchiveError
from caddis.model.archive import MANIFEST
from caddis.model.delta import DELTA, Recipe, read_recipes, write_recipes
from caddis.model.formats.tar_headers import END, file_header, padding
from caddis.stages.delta import DeltaTools, delta
from tests.support.stacks import make_layer, pack_layers

CODE = b"line\n" * 1000


@pytest.fixture
def opened(tmp_path: Path) -> DeltaFile:
    old = pack_layers(tmp_path / "a.tar.gz", make_layer("tool", {"lib/x.py": CODE}))
    new = pack_layers(
        tmp_path / "b.tar.gz", make_layer("tool", {"lib/x.py": CODE + b"more\n"})
    )
    out = tmp_path / "good.delta"
    delta(old, new, out, tools=DeltaTools(patches=ZstdPatches()))
    return open_delta(out, choose=choose_codec)


def with_recipe(opened: DeltaFile, number: int, recipe: Recipe, out: Path) -> Path:
    """Put *recipe* in, and every hash right: whoever makes a delta can do so."""
    recipes = list(opened.recipes)
    recipes[number] = recipe
    files = {MANIFEST: opened.manifest_text, DELTA: write_recipes(tuple(recipes))}
    content = b"".join(
        file_header(path, len(data), executable=False) + data + padding(len(data))
        for path, data in files.items()
    )
    compressor = opened.codec.compressor(len(content + END))
    head = b"".join((compressor.compress(content + END), *compressor.finish()))
    parts = opened.path.read_bytes()[opened.frames_start : opened.frames_end]
    out.write_bytes(head + parts + hashlib.sha256(head).digest())
    return out


def changed(opened: DeltaFile) -> tuple[int, Recipe]:
    return next((n, r) for n, r in enumerate(opened.recipes) if r.groups)


def test_the_delta_that_is_written_anew_here_is_a_good_one(
    opened: DeltaFile, tmp_path: Path
) -> None:
    path = with_recipe(opened, *changed(opened), tmp_path / "same.delta")
    assert open_delta(path, choose=choose_codec).recipes == opened.recipes


def test_a_bomb_in_a_patch_is_refused_before_it_is_opened(
    opened: DeltaFile, tmp_path: Path
) -> None:
    number, recipe = changed(opened)
    groups = (replace(recipe.groups[0], new_size=2**40),)
    bomb = with_recipe(
        opened, number, replace(recipe, groups=groups), tmp_path / "bomb.delta"
    )
    with pytest.raises(ArchiveError, match="make more than it holds"):
        open_delta(bomb, choose=choose_codec)


def test_a_recipe_cannot_steer_the_terminal(opened: DeltaFile, tmp_path: Path) -> None:
    number, recipe = changed(opened)
    evil = replace(recipe, base_name="tool 1.0\x1b[2J\nhint: run me")
    path = with_recipe(opened, number, evil, tmp_path / "evil.delta")
    with pytest.raises(ArchiveError, match="is no name"):
        open_delta(path, choose=choose_codec)


@pytest.mark.parametrize("path", ["/etc/passwd", "../up", "lib/../../up", "a\0b"])
@pytest.mark.parametrize("kind", ["x", "-", "@", "/"])
def test_a_recipe_whose_entry_leads_outside_is_refused(path: str, kind: str) -> None:
    entry = [path, kind, 1]
    layer = {"base": "0", "base_name": "x", "entries": [entry], "groups": []}
    data = {"caddis-delta": 1, "layers": [layer]}
    with pytest.raises(ArchiveError, match="leads out of the environment"):
        read_recipes(json.dumps(data).encode())


def test_a_group_whose_old_file_leads_outside_is_refused() -> None:
    group = [1, 1, 1, "00", "../up"]
    layer = {"base": "0", "base_name": "x", "entries": [], "groups": [group]}
    data = {"caddis-delta": 1, "layers": [layer]}
    with pytest.raises(ArchiveError, match="leads out of the environment"):
        read_recipes(json.dumps(data).encode())
