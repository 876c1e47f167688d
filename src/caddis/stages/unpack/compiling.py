"""Make the bytecode of an unpacked environment, in parallel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from caddis.ports.interpreter import BytecodeJob, Compiler

MakeCompiler = Callable[[Path], Compiler]
"""Gives the compiler that runs the Python of an environment in that folder."""


def compile_all(top: Path, prefix: Path, compiler: Compiler, *, threads: int) -> None:
    """Compile every source in *top*, which will be moved to *prefix*."""
    jobs = list(_jobs(os.fspath(top), os.fspath(prefix), compiler.tag))
    shares = [jobs[start::threads] for start in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda share: compiler.compile(share, portable=False), shares))


def _jobs(top: str, prefix: str, tag: str) -> Iterator[BytecodeJob]:
    for folder, folders, names in os.walk(f"{top}/lib"):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            if name.endswith(".py"):
                source = f"{folder}/{name}"
                target = f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc"
                yield BytecodeJob(source, prefix + source[len(top) :], target)
