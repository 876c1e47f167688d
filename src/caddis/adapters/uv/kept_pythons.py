"""Pythons that pyenv, asdf and mise keep: uv knows only those that are switched on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_KEEPERS = (
    ("PYENV_ROOT", ".pyenv", "versions"),
    ("ASDF_DATA_DIR", ".asdf", "installs/python"),
    ("MISE_DATA_DIR", ".local/share/mise", "installs/python"),
)
"""For each its variable, where it is below a home without that, and the folder with a
folder for each version."""


def kept_python(request: str, environment: Mapping[str, str]) -> Path | None:
    """Find the newest interpreter of the version *request*, `3.12` or `3.12.1`."""
    found = [
        (tuple(map(int, folder.name.split("."))), program)
        for versions in _folders(environment)
        for folder in versions.glob("[0-9]*")
        if re.fullmatch(r"\d+(\.\d+)+", folder.name)
        and f"{folder.name}.".startswith(f"{request}.")
        and (program := folder / "bin" / "python3").is_file()
    ]
    return max(found)[1] if found else None


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    home = environment.get("HOME")
    for variable, below, versions in _KEEPERS:
        if root := environment.get(variable):
            yield Path(root, versions)
        elif home:
            yield Path(home, below, versions)
