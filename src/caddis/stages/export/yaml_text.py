"""Plain data as YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def yaml_lines(value: Any, depth: int = 0) -> Iterator[str]:
    """Write plain data as YAML; every text is quoted as JSON, which is YAML too."""
    pad = "  " * depth
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)) and item:
                yield f"{pad}{key}:"
                yield from yaml_lines(
                    item, depth + (1 if isinstance(item, dict) else 0)
                )
            else:
                yield f"{pad}{key}: {_scalar(item)}"
        return
    for item in value:
        lines = list(yaml_lines(item, depth + 1)) if isinstance(item, dict) else []
        first = lines[0].strip() if lines else _scalar(item)
        yield f"{pad}- {first}"
        yield from lines[1:]


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
