"""Modules that plug a project into another program."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from caddis.model.import_table import Imports
from caddis.stages.requirements.loads import Loads
from caddis.stages.requirements.modules import Modules

_SHORTEST = 3
"""Letters of a name that can be told from chance."""


def plugs(wanted: Imports, loads: Loads, modules: Modules) -> Iterator[tuple[int, str]]:
    """Yield each module named after a package that it *wanted*, and why it waits.

    `transport/redis.py` and `pytest_plugin.py` are loaded by who has that package, and
    by nobody else: a module that others load is no plug.
    """
    paths = wanted.columns[0]
    for row in wanted.rows:
        module = modules.of_path[paths[row]]
        if loads.loaded[module]:
            continue
        top = wanted.forms[wanted.form_of[row]].module.partition(".")[0]
        within = modules.names[module].removeprefix(modules.top(module))
        if _is_named_after(top, within):
            yield module, f"plugs into {top}; nothing in the project loads it"


@lru_cache(maxsize=2**10)
def _is_named_after(top: str, module: str) -> bool:
    package = top.strip("_").lower()
    parts = module.lower().split(".")
    return any(_tells(package, part.strip("_")) for part in parts)


def _tells(package: str, part: str) -> bool:
    if len(package) < _SHORTEST or len(part) < _SHORTEST:
        return part == package
    return (
        part.startswith(package)
        or part == package.split("_")[0]
        or part.removeprefix("py") == package.removeprefix("py")
        or package in part.split("_")
    )
