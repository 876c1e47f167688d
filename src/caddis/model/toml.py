"""Reading TOML, whatever this Python has for it."""

from __future__ import annotations

import sys
from typing import Any


def parse_toml(text: str) -> dict[str, Any]:
    """Read the TOML in *text*.

    Raises:
        ValueError: it is none.
    """
    # Here, because most runs meet no TOML.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    content: dict[str, Any] = tomllib.loads(text)
    return content
