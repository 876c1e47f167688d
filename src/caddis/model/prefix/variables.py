"""Variables that activation sets, as conda keeps them in a prefix."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caddis.model.toml import table_in

_UNSET = "***unset***"
"""conda's word for a variable that is not to be set."""


def read_variables(prefix: Path) -> dict[str, str]:
    """Read those of the environment itself (`conda env config vars`), sorted by name.

    Nothing where there are none, or the file that has them is damaged.
    """
    return dict(sorted(_set_in(table_in(read_state(prefix), "env_vars"))))


def state_path(prefix: Path) -> Path:
    """Say where conda keeps the variables of *prefix*."""
    return prefix / "conda-meta" / "state"


def read_state(prefix: Path) -> dict[str, Any]:
    """Read all that conda keeps there: `env_vars`, and the version of the format."""
    return _read(state_path(prefix))


def read_package_variables(prefix: Path) -> dict[str, str]:
    """Read those that packages bring; of a name twice, the last file's counts."""
    files = sorted((prefix / "etc" / "conda" / "env_vars.d").glob("*.json"))
    return {name: value for file in files for name, value in _set_in(_read(file))}


def _read(path: Path) -> dict[str, Any]:
    """Read a table in JSON; empty where there is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _set_in(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if value != _UNSET:
            yield name, str(value)
