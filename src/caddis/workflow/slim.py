"""Slim an environment, with proof: what was imported before is imported after.

The slim environment is unpacked to a scratch folder, and there every top-level module
and every stripped module is imported. What fails, and does not fail in an unpack of
the whole environment, gets its package back: unstripped first, then with the files
that were left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import CheckFailed
from caddis.host import Host
from caddis.model.archive import write_manifest
from caddis.model.layers import LayerKind, OpenRunPath, Stack
from caddis.model.passing import passing_folder
from caddis.model.words import counted
from caddis.ports.archives import Archive
from caddis.ports.progress import Narrator
from caddis.ports.slimming import ImportCheck, Stripper, TrialMemory
from caddis.stages.pack import Packer, pack
from caddis.stages.trim import SlimPlan, Smaller, apply_slim, plan_slim
from caddis.stages.unpack import unpack

_ROUNDS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class SlimTools:
    """What slimming needs of the machine."""

    stripper: Stripper
    imports: ImportCheck
    memory: TrialMemory
    host: Host
    packer: Packer
    """Packs the environments that are tried."""
    open_archive: Callable[[Path], Archive]
    scratch: Path
    """The folder to try them in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slimmed:
    """What came out of slimming."""

    stack: Stack
    plan: SlimPlan
    """Of what was done in the end."""
    stripped: Mapping[str, Smaller]
    modules: int
    """How many modules were imported as a proof; 0 when that was not possible."""


def slim(
    stack: Stack, *, keep: Sequence[str], tools: SlimTools, narrator: Narrator
) -> Slimmed:
    """Leave out of *stack* what it does not need to run; *keep* are patterns.

    Raises:
        CheckFailed: modules still fail when every file is back.
    """
    plan = plan_slim(stack, keep=keep)
    if stack.platform != tools.host.platform:
        narrator.note(
            f"nothing was stripped or tried: this is {tools.host.platform},"
            f" the environment is for {stack.platform}"
        )
        return _slimmed(stack, plan, {}, 0)
    if not tools.stripper.is_there:
        narrator.note("nothing was stripped: binutils' strip is not installed")
    with narrator.stage("strip") as stage:
        stripped = _strip(stack, plan, tools)
        stage.result = f"{len(stripped)} of {len(plan.strip)} modules"
    with narrator.stage("try") as stage:
        slimmed = _until_it_imports(stack, plan, stripped, tools, narrator)
        stage.result = f"{counted(slimmed.modules, 'module')} imported"
    return slimmed


def _until_it_imports(
    stack: Stack,
    plan: SlimPlan,
    stripped: Mapping[str, Smaller],
    tools: SlimTools,
    narrator: Narrator,
) -> Slimmed:
    """Give packages back what they turn out to need."""
    modules = tuple(sorted({*_top_level(stack), *map(_module, stripped)} - {""}))
    unstripped: set[str] = set()
    for _ in range(_ROUNDS):
        failed = _broken(stack, apply_slim(stack, plan, stripped), modules, tools)
        if not failed:
            return _slimmed(stack, plan, stripped, len(modules))
        for owner in sorted({_owner(stack, module) for module in failed}):
            if owner in unstripped:
                plan = _with_all_of(plan, owner)
            stripped = _without_those_of(stack, owner, stripped)
            unstripped.add(owner)
        for module, reason in failed.items():
            narrator.note(f"{_owner(stack, module)} goes back: {module}: {reason}")
    raise CheckFailed(
        f"{', '.join(failed)} cannot be imported from the slim environment",
        hint="Pack it without --slim, or --keep what these need.",
    )


def _broken(
    stack: Stack, slimmed: Stack, modules: Sequence[str], tools: SlimTools
) -> dict[str, str]:
    """Give the modules that fail in *slimmed* and do not in *stack*."""
    failed = _failures(slimmed, modules, tools)
    if not failed:
        return {}
    before = _failures(stack, tuple(failed), tools)
    return {module: failed[module] for module in failed if module not in before}


def _failures(
    stack: Stack, modules: Sequence[str], tools: SlimTools
) -> Mapping[str, str]:
    """Give the modules that fail in *stack*; the same stack is tried once only."""
    with passing_folder("slim", within=tools.scratch) as folder:
        archive, prefix = folder / "env.tar.zst", folder / "env"
        packed = pack(stack, archive, packer=tools.packer)
        key = "\n".join((write_manifest(packed.manifest).decode(), *modules))
        known = tools.memory.find(key)
        if known is not None:
            return known
        opened = tools.open_archive(archive)
        unpack(opened, prefix, workers=tools.packer.workers)
        failures = tools.imports.failures(tools.host.python(prefix), modules)
        tools.memory.keep(key, failures)
        return failures


def _strip(stack: Stack, plan: SlimPlan, tools: SlimTools) -> dict[str, Smaller]:
    opened = {
        entry.path
        for layer in stack.layers
        for entry in layer.entries
        if isinstance(entry.edit, OpenRunPath)
    }
    copies = tools.packer.workers.map(
        tools.stripper.strip, map(Path, plan.strip.values())
    )
    pairs = zip(plan.strip, copies, strict=True)
    elf = tools.packer.elf
    return {
        path: _smaller(copy, elf.opening(copy) if path in opened else None)
        for path, copy in pairs
        if copy is not None
    }


def _smaller(copy: Path, edit: OpenRunPath | None) -> Smaller:
    content = copy.read_bytes()
    if edit is not None:
        content = edit.edited(content, 0)
    return Smaller(
        source=str(copy),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        edit=edit,
    )


def _slimmed(
    stack: Stack, plan: SlimPlan, stripped: Mapping[str, Smaller], modules: int
) -> Slimmed:
    return Slimmed(
        stack=apply_slim(stack, plan, stripped),
        plan=plan,
        stripped=stripped,
        modules=modules,
    )


def _with_all_of(plan: SlimPlan, package: str) -> SlimPlan:
    kept = (each for each in plan.left_out if each.package != package)
    return replace(plan, left_out=tuple(kept))


def _without_those_of(
    stack: Stack, package: str, stripped: Mapping[str, Smaller]
) -> dict[str, Smaller]:
    paths = {
        entry.path
        for layer in stack.layers
        if layer.name == package
        for entry in layer.entries
    }
    return {path: each for path, each in stripped.items() if path not in paths}


def _owner(stack: Stack, module: str) -> str:
    """Name the package that has *module*; empty when nobody does."""
    first = module.partition(".")[0]
    for layer in stack.layers:
        if first in set(map(_module, (e.path for e in layer.entries))):
            return layer.name
    return ""


def _top_level(stack: Stack) -> Iterator[str]:
    """Name the modules that packages put right into site-packages."""
    for layer in stack.layers:
        if layer.kind in {LayerKind.PYPI, LayerKind.CONDA}:
            names = map(_module, (entry.path for entry in layer.entries))
            yield from (name for name in names if name and "." not in name)


def _module(path: str) -> str:
    """Give the dotted name of the module *path*; empty when it cannot be imported."""
    inside = path.partition("/site-packages/")[2] or path.partition("/lib-dynload/")[2]
    if not inside.endswith((".py", ".so")):
        return ""
    folder, _, name = inside.removesuffix("/__init__.py").rpartition("/")
    parts = (*filter(None, folder.split("/")), name.partition(".")[0])
    return ".".join(parts) if all(map(str.isidentifier, parts)) else ""
