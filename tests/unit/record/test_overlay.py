"""What no package owns, and what of it does not go along."""

from __future__ import annotations

from pathlib import Path

from caddis.stages.record.overlay import read_overlay


def overlay_of(prefix: Path) -> set[str]:
    layer = read_overlay(prefix, embedded=str(prefix), owned=set(), note=print)
    return {entry.path for entry in layer.entries}


def test_what_pixi_notes_of_its_project_stays_on_this_machine(tmp_path: Path) -> None:
    # It names folders of this machine, so that two people's archives would differ.
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    for name in ("pixi", "pixi_env_prefix", ".pixi-environment-fingerprint", "pinned"):
        (meta / name).write_text(f'{{"manifest_path": "{tmp_path}/pixi.toml"}}')
    (tmp_path / "pixi").write_text("mine")
    assert overlay_of(tmp_path) == {"conda-meta/pinned", "pixi"}
