"""The variables and the pins of an environment, where conda keeps them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from caddis.model.prefix.variables import read_state, state_path
from caddis.model.toml import table_in


def write_variables(
    prefix: Path, variables: Iterable[str], *, before: Iterable[str] = ()
) -> None:
    """Set *variables*, each `NAME=value`, in `state`.

    Those that a sync set *before* go, if nobody changed them; others that are there
    stay.
    """
    pairs, former = _pairs(variables), _pairs(before)
    state = read_state(prefix)
    known = table_in(state, "env_vars")
    kept = {n: text for n, text in known.items() if former.get(n) != text}
    if (wanted := {**kept, **pairs}) != known:
        state["env_vars"] = wanted
        text = json.dumps({"version": 1, **state})
        state_path(prefix).write_text(text, "utf-8")


def write_pins(
    prefix: Path, pins: Iterable[str], *, before: Iterable[str] = ()
) -> None:
    """Add *pins* to `pinned`, without those that a sync added *before*.

    Every other line stays.
    """
    path = prefix / "conda-meta" / "pinned"
    there = path.read_text("utf-8").splitlines() if path.exists() else []
    pins = list(pins)
    gone = set(before) - set(pins)
    lines = [line for line in there if _pin(line) not in gone]
    known = {_pin(line) for line in lines}
    lines += [pin for pin in pins if pin not in known]
    if lines != there:
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _pairs(variables: Iterable[str]) -> dict[str, str]:
    return dict(text.split("=", 1) for text in variables)


def _pin(line: str) -> str:
    return line.partition("#")[0].strip()
