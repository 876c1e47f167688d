"""The variables and the pins of an environment, where conda keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path


def write_variables(prefix: Path, variables: Iterable[str]) -> None:
    """Set *variables*, each `NAME=value`, in `state`; others that are there stay."""
    pairs = dict(text.split("=", 1) for text in variables)
    if not pairs:
        return
    path = prefix / "conda-meta" / "state"
    state = _read(path)
    known = state.setdefault("env_vars", {})
    if isinstance(known, dict):
        known.update(pairs)
    path.write_text(json.dumps({"version": 1, **state}), "utf-8")


def write_pins(prefix: Path, pins: Iterable[str]) -> None:
    """Add *pins* to `pinned`, of which every other line stays."""
    path = prefix / "conda-meta" / "pinned"
    there = path.read_text("utf-8") if path.exists() else ""
    known = {line.partition("#")[0].strip() for line in there.splitlines()}
    missing = [pin for pin in pins if pin not in known]
    if missing:
        start = there if not there or there.endswith("\n") else f"{there}\n"
        path.write_text(start + "".join(f"{pin}\n" for pin in missing), "utf-8")


def _read(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
