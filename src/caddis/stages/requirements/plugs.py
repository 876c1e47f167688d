"""Modules that plug a project into another program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from caddis.model.import_table import Imports
from caddis.stages.requirements.modules import Modules
from caddis.stages.requirements.questions import third_party

_SHORTEST = 3
"""Letters of a name that can be told from chance."""


def plugs(imports: Imports, loaded: Sequence[int], modules: Modules) -> Iterator[int]:
    """Yield the numbers of modules that are named after a package they import.

    `transport/redis.py` and `pytest_plugin.py` are loaded by who has that package, and
    by nobody else: a module that is among those *loaded* by others is no plug.
    """
    paths = imports.columns[0]
    wanted = third_party(imports)
    for row in wanted.rows:
        module = modules.of_path[paths[row]]
        if loaded[module]:
            continue
        form = wanted.forms[wanted.form_of[row]]
        if _is_named_after(form.module.partition(".")[0], modules.names[module]):
            yield module


@lru_cache(maxsize=2**10)
def _is_named_after(top: str, module: str) -> bool:
    package = top.strip("_").lower()
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
