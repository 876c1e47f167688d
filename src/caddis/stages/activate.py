"""Activate: the environment variables with which a prefix's programs run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from caddis.host import Host
from caddis.model.prefix.variables import read_package_variables, read_variables

_UNSET = ("PYTHONHOME",)
"""What would lead the environment's Python elsewhere."""


def activated(
    prefix: Path, variables: Mapping[str, str], *, host: Host
) -> dict[str, str]:
    """Give *variables* with *prefix* active in them."""
    found = {key: value for key, value in variables.items() if key not in _UNSET}
    found.update(read_package_variables(prefix))
    found.update(read_variables(prefix))
    folders = [str(prefix / host.scripts)]
    if host.exe:
        folders.insert(0, str(prefix))
    found["PATH"] = os.pathsep.join((*folders, variables.get("PATH", os.defpath)))
    kind = "VIRTUAL_ENV" if (prefix / "pyvenv.cfg").exists() else "CONDA_PREFIX"
    found[kind] = str(prefix)
    if kind == "CONDA_PREFIX":
        found["CONDA_DEFAULT_ENV"] = str(prefix)
    return found


def activation_scripts(prefix: Path) -> tuple[Path, ...]:
    """List the shell scripts that packages want to have read, in their order."""
    folder = prefix / "etc" / "conda" / "activate.d"
    return tuple(sorted(folder.glob("*.sh")))
