"""Which language the cells of a notebook or document are in, by its kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PYTHON = re.compile(r"i?python|pypy|micropython|sage|\Z", re.IGNORECASE)
_OTHER_KERNELS = re.compile(
    r"(?:ir|rust|evcxr|julia|bash|zsh|powershell|deno|node|javascript|tslab|typescript"
    r"|i?ruby|i?perl|i?haskell|i?java|kotlin|scala|almond|toree|spark|clojure|ocaml|lua"
    r"|go|gonb|gophernotes|octave|matlab|maxima|wolfram|gap|sas|stata|sql|xcpp|cling"
    r"|xeus-(?!python)|\.net|csharp|fsharp|php|elixir)(?:\b|[-_\d]|kernel|script)",
    re.IGNORECASE,
)
"""Names of kernels that tell their language themselves."""


def is_python(language: str) -> bool:
    """Say whether code of a *language* is Python; where none is named, it is."""
    return bool(_PYTHON.match(language))


def language_of(metadata: Mapping[str, Any]) -> str:
    """Name the language that *metadata* of Jupyter tell; empty when they do not."""
    kernel = inner(metadata, "kernelspec")
    told = (
        kernel.get("language"),
        inner(metadata, "language_info").get("name"),
        inner(metadata, "jupytext").get("main_language"),
    )
    for language in told:
        if isinstance(language, str) and language:
            return language
    name = str(kernel.get("name", ""))
    return name if _OTHER_KERNELS.match(name) else ""


def inner(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Get the table that *table* has under *key*; an empty one when it has none."""
    value = table.get(key)
    return value if isinstance(value, Mapping) else {}
