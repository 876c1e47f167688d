"""From a lock to an archive, with nothing installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import ProjectError
from caddis.host import Host
from caddis.model.layers import Stack, without_doubles
from caddis.model.lock import Lock
from caddis.model.versions import minor
from caddis.model.words import counted
from caddis.ports.conda import CondaBuilds
from caddis.ports.progress import Narrator
from caddis.stages.assemble import Assembled, Supplies, assemble
from caddis.stages.pack import Packed, Packer
from caddis.stages.record import Tools, bring_python, refuse_asked
from caddis.stages.sync import RUN_TIME, select
from caddis.workflow.environment import MakeCompiler, pack_stack
from caddis.workflow.locks import read_any_lock

FindPython = Callable[[str], Path]
"""Finds an interpreter of a version on this machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What a lock takes from this machine."""

    tools: Tools
    find_python: FindPython
    python: Callable[[], str]
    """Gives `3.11`, for locks that do not say which they are for."""
    channels: Callable[[], CondaBuilds] | None = None
    """Gives who is asked for what another tool's lock does not tell."""
    bytecode: MakeCompiler | None = None
    """Makes what compiles the sources, where that is to go along; any Python of the
    same version writes the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What of a lock is packed."""

    groups: frozenset[str] = frozenset({RUN_TIME})
    project: bool = True
    """Whether the project itself goes along."""

    def of(self, lock: Lock, platform: str) -> Lock:
        """Leave out of *lock* what is not packed, and other platforms than *platform*.

        Raises:
            UsageError: the lock knows no such group.
        """
        whole = lock if self.project else lock.without_project()
        part = select(whole.for_platform(platform), self.groups)
        return replace(whole, platforms=(part,))


def pack_lock(
    lock: Path,
    out: Path,
    *,
    host: Host,
    packer: Packer,
    supplies: Supplies,
    machine: Machine,
    narrator: Narrator,
    share: Share | None = None,
) -> Packed:
    """Pack the environment that *lock* describes for *host*, or a *share*, as *out*."""
    read = read_any_lock(
        lock,
        platform=host.platform,
        python=machine.python,
        channels=machine.channels,
    )
    read = (share or Share()).of(read, host.platform)
    _check_noarch(read, host.platform)
    with narrator.stage("assemble") as stage:
        assembled = assemble(
            read,
            host=host,
            folder=lock.absolute().parent,
            supplies=supplies,
            reporter=narrator,
        )
        stack = _stack(assembled, host=host, machine=machine)
        files = sum(len(layer.entries) for layer in stack.layers)
        stage.result = (
            f"{counted(len(stack.layers), 'layer')}, {counted(files, 'file')}"
        )
    for note in stack.notes:
        narrator.note(note)
    if machine.bytecode is not None and stack.python:
        short = minor(stack.python)
        compiler = machine.bytecode(machine.find_python(short), stack.python)
        packer = replace(packer, compiler=compiler)
    return pack_stack(stack, out, packer=packer, narrator=narrator)


def _check_noarch(lock: Lock, platform: str) -> None:
    """Refuse packages of which nobody says whether they go into site-packages."""
    packages = lock.for_platform(platform).packages
    unknown = [p.name for p in packages if p.subdir == "noarch" and not p.noarch]
    if unknown:
        raise ProjectError(
            f"Nobody tells how these are laid out: {', '.join(unknown)}",
            hint="Their channel has other files now; lock again with caddis lock.",
        )


def _stack(assembled: Assembled, *, host: Host, machine: Machine) -> Stack:
    version = assembled.python
    notes: list[str] = []
    layers = [*assembled.conda, *assembled.pypi]
    if assembled.lacks_python:
        python = machine.tools.interpreters.describe(
            machine.find_python(assembled.part.python)
        )
        version = python.version
        layers, notes = bring_python(
            python,
            assembled.pypi,
            site_packages=host.site_packages(python.short_version),
            elf=machine.tools.elf,
            asked=machine.tools.libraries,
        )
        layers = [*assembled.conda, *layers]
    else:
        refuse_asked(machine.tools.libraries)
    whole = without_doubles([*layers, assembled.overlay])
    return Stack(
        platform=host.platform,
        python=version,
        layers=tuple(layer for layer in whole if layer.entries),
        notes=tuple(notes),
    )
