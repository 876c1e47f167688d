"""The variables of an environment, where conda keeps them: `conda-meta/state`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def write_variables(prefix: Path, variables: Iterable[str]) -> None:
    """Set *variables*, each `NAME=value`; others that are there stay."""
    pairs = dict(text.split("=", 1) for text in variables)
    if not pairs:
        return
    path = prefix / "conda-meta" / "state"
    state = _read(path)
    known = state.setdefault("env_vars", {})
    if isinstance(known, dict):
        known.update(pairs)
    path.write_text(json.dumps({"version": 1, **state}), "utf-8")


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
