"""Compiling what builds on files that are not written yet, as in a dry run or a check.

The engine reads what a source names with -r and -c where it lies. So the sources, and
all that they name, are laid out once more beside what the lower layers have come to.
"""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from caddis.model.passing import passing_folder
from caddis.ports.compiling import CompileQuery
from caddis.stages.compile.layers import NAMES_FILE


def compile_ahead(
    query: CompileQuery,
    coming: Mapping[str, str],
    compile_one: Callable[[CompileQuery], str],
) -> str:
    """Give the answer of *compile_one* to *query* as if the files *coming* were there.

    They are named relative to the folder of *query*. Where a source names what lies
    outside of it, the files count as they are.
    """
    names = tuple(_named(query.folder, query.sources, coming))
    if any(name.startswith(("../", "/")) for name in names):
        return compile_one(query)
    with passing_folder("compile") as aside:
        for name in names:
            copy = aside / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if name in coming:
                copy.write_text(coming[name], "utf-8")
            elif (query.folder / name).is_file():
                shutil.copyfile(query.folder / name, copy)
        sources = tuple(str(aside / name) for name in query.sources)
        return compile_one(query._replace(sources=sources)).replace(f"{aside}/", "")


def _named(
    folder: Path, sources: Iterable[str], coming: Mapping[str, str]
) -> Iterator[str]:
    """Yield *sources*, the files that they name, and what those name in turn."""
    waiting = [*sources]
    known: set[str] = set()
    while waiting:
        name = posixpath.normpath(waiting.pop())
        if name in known:
            continue
        known.add(name)
        yield name
        path = folder / name
        text = coming.get(name) or (path.read_text("utf-8") if path.is_file() else "")
        waiting.extend(
            posixpath.join(posixpath.dirname(name), found["file"])
            for found in NAMES_FILE.finditer(text)
            if "://" not in found["file"]
        )
