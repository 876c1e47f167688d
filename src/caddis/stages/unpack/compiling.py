"""Make the bytecode of an unpacked environment, in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from caddis.ports.interpreter import BytecodeJob, Compiler
from caddis.ports.workers import Workers

MakeCompiler = Callable[[Path], Compiler]
"""Gives the compiler that runs the Python of an environment in that folder."""

_SHARES = 4
"""Into which the sources are split; each costs the start of a Python."""


def compile_all(
    top: Path, prefix: Path, compiler: Compiler, *, workers: Workers
) -> None:
    """Compile every source in *top*, which will be moved to *prefix*."""
    jobs = list(_jobs(os.fspath(top), os.fspath(prefix), compiler.tag))
    shares = [jobs[start::_SHARES] for start in range(_SHARES)]
    done = workers.map(lambda share: compiler.compile(share, portable=False), shares)
    list(done)


def _jobs(top: str, prefix: str, tag: str) -> Iterator[BytecodeJob]:
    for folder, folders, names in os.walk(f"{top}/lib"):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            if name.endswith(".py"):
                source = f"{folder}/{name}"
                target = f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc"
                yield BytecodeJob(source, prefix + source[len(top) :], target)
