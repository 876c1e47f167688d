"""The files of an archive or a revision that say what the project in it asks for."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from caddis.ports.sources import Tree

_DECLARES = re.compile(
    r"[^/]+\.(?:toml|cfg|txt|in|ya?ml|lock)|(?:.*/)?(?:pyproject\.toml|setup\.(?:cfg|py)"
    r"|environment[^/]*\.ya?ml|[^/]*requirements[^/]*\.(?:txt|in)"
    r"|requirements/[^/]+\.(?:txt|in))"
)
"""Files of the project itself, and of those inside of it."""


def may_declare(path: str) -> bool:
    """Say whether a project might declare something in the file *path*."""
    return bool(_DECLARES.fullmatch(path))


def copy_declarations(tree: Tree, folder: Path) -> None:
    """Put what *tree* may declare into *folder*, where it is looked for."""
    for path in filter(may_declare, tree.listing().paths):
        if path.startswith("/") or ".." in path.split("/"):
            continue
        place = folder / path
        with suppress(OSError):  # The scan tells what is damaged.
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(tree.read(path))
