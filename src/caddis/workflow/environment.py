"""From an environment on disk to an archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import CheckFailed, PrefixError
from caddis.model.layers import Entry, LayerKind, Stack
from caddis.model.prefix.pending import pending
from caddis.model.words import counted
from caddis.ports.interpreter import Compiler
from caddis.ports.progress import Narrator
from caddis.stages.pack import Packed, Packer, pack
from caddis.stages.record import Tools, record
from caddis.workflow.differences import tell, tell_strange

MakeCompiler = Callable[[Path, str], Compiler]
"""Gives what compiles with a Python program of a version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """How what is in a prefix is to be packed."""

    strict: bool = False
    """Refuse an environment that is not as its packages were installed."""
    bytecode: MakeCompiler | None = None
    """Makes what compiles the sources, where that is to go along."""


def pack_prefix(
    prefix: Path,
    out: Path,
    *,
    packer: Packer,
    tools: Tools,
    wishes: Wishes,
    narrator: Narrator,
) -> Packed:
    """Record the environment in *prefix* and pack it as *out*.

    Raises:
        CheckFailed: a file of a package was edited, is missing or was replaced, and
            that is refused.
        PrefixError: a sync of it did not come to its end.
    """
    if pending(prefix).exists():
        raise PrefixError(
            f"A sync of {prefix} is under way, or was interrupted",
            hint="Let it end, or bring it up to date with: caddis sync -p PREFIX",
        )
    with narrator.stage("record") as stage:
        stack = record(prefix, tools=tools)
        files = sum(len(layer.entries) for layer in stack.layers)
        stage.result = (
            f"{counted(len(stack.layers), 'layer')}, {counted(files, 'file')}"
        )
    for note in (
        *tell(stack.differences),
        *tell(stack.repaired, repaired=True),
        *stack.notes,
    ):
        narrator.note(note)
    if wishes.strict and stack.differences:
        raise CheckFailed(
            f"{prefix} is not as its packages were installed",
            hint="Pack with --repair to take the packages' own files again, or without"
            " --strict.",
        )
    if wishes.bytecode is not None and stack.python:
        compiler = wishes.bytecode(tools.host.python(prefix), stack.python)
        packer = replace(packer, compiler=compiler)
    stack = _without(out, stack)
    return pack_stack(stack, out, packer=packer, narrator=narrator)


def _without(out: Path, stack: Stack) -> Stack:
    """Leave out what is going to be written: an earlier archive inside the prefix."""
    if not os.path.lexists(out):
        return stack
    own = os.path.abspath(out)
    layers = (
        replace(layer, entries=tuple(e for e in layer.entries if not _is(e, own)))
        if layer.kind is LayerKind.OVERLAY
        else layer
        for layer in stack.layers
    )
    return replace(stack, layers=tuple(layers))


def _is(entry: Entry, path: str) -> bool:
    source = entry.source
    return isinstance(source, str) and bool(source) and os.path.abspath(source) == path


def pack_stack(
    stack: Stack, out: Path, *, packer: Packer, narrator: Narrator
) -> Packed:
    """Pack *stack* as *out* and say how large it is."""
    if packer.trim is not None:
        stack = packer.trim(stack)
    if packer.extend is not None:
        stack = packer.extend(stack)
    settled = packer.settle(stack) if packer.settle else nullcontext(stack)
    with narrator.stage("pack") as stage, settled as final:
        packed = pack(final, out, packer=packer, reporter=narrator)
        stage.result = (
            f"{packed.size / 2**20:.1f} MiB in {out}"
            f" ({packed.cached} of {len(packed.manifest.layers)} frames were there)"
        )
    if packed.strange:
        narrator.note(tell_strange(packed.strange))
    return packed
