"""Modules beside the work of a package: whoever needs one loads it by its name."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.model.import_table import Imports
from caddis.stages.requirements.loads import Loads
from caddis.stages.requirements.modules import Modules

_FOLDERS = frozenset(
    """
    contrib integration integrations adapters drivers providers jobstores
    backend backends transport transports
    plotting visualization viz
    demo demos example examples sandbox benchmark benchmarks
    build build_utils dev development docs test_utils testing sphinx sphinxext
    """.split()
)
"""What a package calls the part that only some of its users want, or its makers."""
_SCRIPTS = frozenset("benchmarks dev docs examples scripts tests tools".split())
"""What is not the work, but done on it: `acme_scripts` beside `acme`."""
_TOOLS = frozenset({"_pytest", "pytest", "distutils", "setuptools", "Cython"})
"""Whoever runs these has them; they load the module, nobody else does."""


def in_folders(modules: Modules) -> Iterator[tuple[int, str]]:
    """Yield each module in a part beside the work of a package, and why."""
    for module, name in enumerate(modules.names):
        parts = name.split(".")
        folders = (
            ".".join(parts[:count])
            for count, part in enumerate(parts, start=1)
            if part.strip("_") in _FOLDERS
        )
        for folder in folders:
            if any(len(modules.names[p]) < len(folder) for p in modules.around(module)):
                yield module, f"nothing outside of {folder} loads it at the start"
                break


def beside_packages(modules: Modules) -> Iterator[tuple[int, str]]:
    """Yield each module of `acme_scripts`, where there is a package `acme`, and why."""
    folders = {name.partition(".")[0] for name in modules.names if "." in name}
    for module, name in enumerate(modules.names):
        top, inside, _ = name.partition(".")
        package, _, last = top.rpartition("_")
        if inside and last in _SCRIPTS and package in folders:
            yield module, f"works on {package}, which does not load it at the start"


def run_by_tools(
    at_start: Imports, loads: Loads, modules: Modules
) -> Iterator[tuple[int, str]]:
    """Yield each module that imports a maker's tool and that nobody loads, and why."""
    tools = at_start.where(lambda form: form.module.partition(".")[0] in _TOOLS)
    paths = tools.columns[0]
    for row in tools.rows:
        module = modules.of_path[paths[row]]
        if not loads.loaded[module]:
            tool = tools.forms[tools.form_of[row]].module
            yield module, f"run by {tool}; nothing in the project loads it"
