"""Where the files of a conda package go.

https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def place(path: str, *, site: str, scripts: str) -> str:
    """Say where a file of a noarch Python package goes.

    *site* and *scripts* are the prefix's folders for modules and for programs.
    """
    top, _, rest = path.partition("/")
    if top == "site-packages":
        return f"{site}/{rest}"
    if top == "python-scripts":
        return f"{scripts}/{rest}"
    return path


def entry_points(link: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Read name and target of each command in *link*, what `link.json` has."""
    for text in link.get("noarch", {}).get("entry_points") or ():
        name, _, target = text.partition("=")
        yield name.strip(), target.strip()
