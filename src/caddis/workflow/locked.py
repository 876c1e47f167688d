"""From a lock to an archive, with nothing installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from caddis.host import Host
from caddis.model.layers import Stack, without_doubles
from caddis.model.lock_file import read_lock
from caddis.ports.progress import Narrator
from caddis.stages.assemble import Assembled, Supplies, assemble
from caddis.stages.pack import Packed, Packer
from caddis.stages.record import Tools, bring_python
from caddis.workflow.environment import pack_stack

FindPython = Callable[[str], Path]
"""Finds an interpreter of a version on this machine."""


def pack_lock(
    lock: Path,
    out: Path,
    *,
    host: Host,
    packer: Packer,
    supplies: Supplies,
    tools: Tools,
    find_python: FindPython,
    narrator: Narrator,
) -> Packed:
    """Pack the environment that *lock* describes for *host* as *out*."""
    with narrator.stage("assemble") as stage:
        assembled = assemble(
            read_lock(lock),
            host=host,
            folder=lock.absolute().parent,
            supplies=supplies,
            reporter=narrator,
        )
        stack = _stack(assembled, host=host, tools=tools, find_python=find_python)
        files = sum(len(layer.entries) for layer in stack.layers)
        stage.result = f"{len(stack.layers)} layers, {files:,} files"
    for note in stack.notes:
        narrator.note(note)
    return pack_stack(stack, out, packer=packer, narrator=narrator)


def _stack(
    assembled: Assembled, *, host: Host, tools: Tools, find_python: FindPython
) -> Stack:
    version = assembled.python
    notes: list[str] = []
    layers = [*assembled.conda, *assembled.pypi]
    if assembled.lacks_python:
        python = tools.interpreters.describe(find_python(assembled.part.python))
        version = python.version
        layers, notes = bring_python(
            python,
            assembled.pypi,
            site_packages=host.site_packages(python.short_version),
            elf=tools.elf,
        )
        layers = [*assembled.conda, *layers]
    whole = without_doubles([*layers, assembled.overlay])
    return Stack(
        platform=host.platform,
        python=version,
        layers=tuple(layer for layer in whole if layer.entries),
        notes=tuple(notes),
    )
