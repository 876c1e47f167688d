"""What pip-compile takes beside its own options: its configuration, words for pip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.toml import parse_toml

_FILES = (".pip-tools.toml", "pyproject.toml")
_FOR_PIP = "--pip-args"
_CAN_BE_OFF = frozenset(
    "allow-unsafe annotate build-isolation emit-find-links emit-index-url emit-options"
    " emit-trusted-host header strip-extras".split()
)
"""Switches with a form that begins with `--no-`; the others are off unless given."""


def with_configuration(words: Sequence[str], folder: Path) -> list[str]:
    """Put what `[tool.pip-tools]` in *folder* says before *words*, which overrule it.

    Raises:
        ProjectError: the file that --config names is not there or is not TOML.
    """
    rest, chosen, heeded = [], "", True
    remaining = iter(words)
    for word in remaining:
        option, _, value = word.partition("=")
        if option == "--no-config":
            heeded = False
        elif option == "--config":
            chosen = value or next(remaining, "")
        elif word == _FOR_PIP:
            # Its value may look like an option.
            rest.append(f"{word}={next(remaining, '')}")
        else:
            rest.append(word)
    return [*(_configured(chosen, folder) if heeded else ()), *rest]


def _configured(chosen: str, folder: Path) -> Iterator[str]:
    for name in (chosen,) if chosen else _FILES:
        path = folder / name
        if chosen or path.is_file():
            yield from _as_words(_table(path))
            return


def _table(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text("utf-8")
        # Most have no such table, and what else is wrong with them is not asked.
        tool = parse_toml(text).get("tool", {}) if "pip-tools" in text else {}
    except FileNotFoundError:
        raise ProjectError(f"There is no {path}", hint="See --config.") from None
    except ValueError as error:
        raise ProjectError(f"{path} is not TOML: {error}") from None
    found = tool.get("pip-tools", {})
    return {**found, **found.get("compile", {})}


def _as_words(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        name = key.replace("_", "-")
        if isinstance(value, Mapping):
            continue
        if value is True:
            yield f"--{name}"
        elif value is not False:
            yield from (f"--{name}={one}" for one in _each(value))
        elif name in _CAN_BE_OFF:
            yield f"--no-{name}"


def _each(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else (value,)
