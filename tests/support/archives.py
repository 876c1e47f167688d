"""A small archive of made-up packages, in any format."""

from __future__ import annotations

from pathlib import Path

from caddis.adapters.frame_cache import DiskFrameCache
from caddis.model.layers import Entry, Layer, LayerKind, Stack
from caddis.ports.formats import Signer, Wrap
from caddis.ports.frames import Codec
from caddis.stages.pack import Packed, Packer, pack
from tests.support.elf import NoElf


def small_stack(**layers: dict[str, Entry]) -> Stack:
    """Make layers out of entries by path; without any, two that are of every kind."""
    chosen = layers or {
        "one": {
            "bin/one": Entry(path="bin/one", source=b"#!/bin/sh\n", executable=True),
            "lib/one.py": Entry(path="lib/one.py", source=b"1\n" * 300),
            "lib/zwei ü.py": Entry(path="lib/zwei ü.py", source=b""),
        },
        "two": {
            "bin/two": Entry(path="bin/two", link="one"),
            "share/empty": Entry(path="share/empty", folder=True),
            "share/two": Entry(path="share/two", source=bytes(range(256))),
        },
    }
    return Stack(
        platform="linux-64",
        python="3.11.7",
        layers=tuple(
            Layer(
                name=name,
                version="1.0",
                kind=LayerKind.PYPI,
                entries=tuple(entries[path] for path in sorted(entries)),
            )
            for name, entries in chosen.items()
        ),
    )


def pack_small(
    out: Path,
    codec: Codec,
    *,
    stack: Stack | None = None,
    wrap: Wrap | None = None,
    signer: Signer | None = None,
    key: Path | None = None,
) -> Packed:
    """Pack *stack* (default: a small one) as *out*."""
    packer = Packer(
        codec=codec,
        cache=DiskFrameCache(out.parent / "cache"),
        elf=NoElf(),
        wrap=wrap,
        sign=(lambda text: signer.sign(text, key=key)) if signer and key else None,
    )
    return pack(stack or small_stack(), out, packer=packer)
