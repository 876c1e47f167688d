"""From an environment on disk to an archive."""

from __future__ import annotations

from pathlib import Path

from caddis.ports.progress import Narrator
from caddis.stages.pack import Packed, Packer, pack
from caddis.stages.record import Tools, record


def pack_prefix(
    prefix: Path, out: Path, *, packer: Packer, tools: Tools, narrator: Narrator
) -> Packed:
    """Record the environment in *prefix* and pack it as *out*."""
    with narrator.stage("record") as stage:
        stack = record(prefix, tools=tools)
        files = sum(len(layer.entries) for layer in stack.layers)
        stage.result = f"{len(stack.layers)} layers, {files:,} files"
    for note in stack.notes:
        narrator.note(note)
    with narrator.stage("pack") as stage:
        packed = pack(stack, out, packer=packer, reporter=narrator)
        stage.result = (
            f"{packed.size / 2**20:.1f} MiB in {out}"
            f" ({packed.cached} of {len(packed.manifest.layers)} frames were there)"
        )
    return packed
