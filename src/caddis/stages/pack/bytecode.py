"""Bytecode that goes along in the frame of its sources.

It is made anew, by the environment's own Python and with names that say nothing of
this machine, so that the same sources give the same bytes; in the form that stays valid
when the time of the source changes (https://peps.python.org/pep-0552/).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from caddis.model.layers import Entry, Layer
from caddis.model.passing import passing_folder
from caddis.ports.interpreter import BytecodeJob, Compiler


@contextmanager
def with_bytecode(layer: Layer, compiler: Compiler | None) -> Iterator[Layer]:
    """Give *layer* with the bytecode of its sources, while it is needed."""
    if compiler is None:
        yield layer
        return
    with passing_folder("bytecode") as folder:
        jobs = {
            _compiled(entry.path, compiler.tag): BytecodeJob(
                str(entry.source), entry.path, f"{folder}/{number}/bytecode"
            )
            for number, entry in enumerate(layer.entries)
            if _is_source(entry)
        }
        compiler.compile(list(jobs.values()), portable=True)
        made = [
            Entry(path=path, source=job.target)
            for path, job in jobs.items()
            if Path(job.target).exists()
        ]
        entries = sorted((*layer.entries, *made), key=lambda entry: entry.path)
        yield replace(layer, entries=tuple(entries))


def _is_source(entry: Entry) -> bool:
    return (
        entry.path.startswith("lib/")
        and entry.path.endswith(".py")
        and isinstance(entry.source, str)
        and entry.edit is None
        and not entry.link
    )


def _compiled(path: str, tag: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/__pycache__/{name[:-3]}.{tag}.pyc"
