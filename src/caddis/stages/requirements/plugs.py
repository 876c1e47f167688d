"""Modules that plug a project into another program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from caddis.model.import_table import Imports
from caddis.stages.requirements.questions import WANTED

_SHORTEST = 3
"""Letters of a name that can be told from chance."""


def plugs(
    imports: Imports, loaded: Collection[str], names: Sequence[str]
) -> Iterator[str]:
    """Yield the modules that are named after a package they import.

    `transport/redis.py` and `pytest_plugin.py` are loaded by who has that package, and
    by nobody else: a module that is among those *loaded* by others is no plug. *names*
    are the modules of the files of *imports*.
    """
    paths = imports.columns[0]
    wanted = imports.where(lambda form: form.kind in WANTED and bool(form.module))
    for form, rows in wanted.by_form().items():
        top = form.module.partition(".")[0].strip("_").lower()
        for module in {names[paths[row]] for row in rows}:
            if module not in loaded and _is_named_after(top, module):
                yield module


def _is_named_after(package: str, module: str) -> bool:
    parts = module.lower().split(".")[1:]
    return any(_tells(package, part.strip("_")) for part in parts)


def _tells(package: str, part: str) -> bool:
    if len(package) < _SHORTEST or len(part) < _SHORTEST:
        return part == package
    return (
        part.startswith(package)
        or package.startswith(part)
        or package in part.split("_")
    )
