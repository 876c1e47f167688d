"""Activate: the environment variables with which a prefix's programs run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from caddis.host import Host

_UNSET = ("PYTHONHOME",)


def activated(
    prefix: Path, variables: Mapping[str, str], *, host: Host
) -> dict[str, str]:
    """Give *variables* with *prefix* active in them."""
    found = {key: value for key, value in variables.items() if key not in _UNSET}
    found.update(_own_variables(prefix))
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


def _own_variables(prefix: Path) -> dict[str, str]:
    """Read the variables of packages, then those of the environment itself."""
    variables: dict[str, str] = {}
    for path in sorted((prefix / "etc" / "conda" / "env_vars.d").glob("*.json")):
        variables.update(_strings(path))
    variables.update(_strings(prefix / "conda-meta" / "state", "env_vars"))
    return variables


def _strings(path: Path, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a JSON mapping; nothing when there is none to read."""
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return
    table = data.get(key, {}) if key else data
    for name, value in table.items():
        # Conda's way to say that a variable is not to be set.
        if value != "***unset***":
            yield str(name), str(value)
