"""What is scanned: a folder, a file, standard input, an archive, a revision."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from caddis.ports.sources import Tree

_ENDING = re.compile(
    r"\.(?:tar(?:\.\w+)?|t(?:gz|bz2?|xz|zst)|zip|whl|egg|pyz)$", re.IGNORECASE
)


class Source(NamedTuple):
    """Code, and where the project that it belongs to says what it asks for."""

    project: Path
    """A folder, or a file in it."""
    name: str = ""
    """Of the project, where the folder has another."""
    tree: Tree | None = None
    """What is read in place of the files on disk."""
    is_alone: bool = False
    """Whether what lies above the folder has nothing to do with it."""


@contextmanager
def source_of(args: Namespace) -> Iterator[Source]:
    """Open what the command line names.

    Raises:
        ProjectError: it is not there, or damaged.
    """
    from caddis.adapters.git.revision import GitRevision
    from caddis.stages.scan import SingleFile, is_archive, tree_of

    place: Path = args.folder
    if str(place) == "-":
        yield Source(place, tree=SingleFile("-", sys.stdin.buffer.read()))
    elif args.rev:
        revision = GitRevision(place, args.rev)
        try:
            with _beside(revision) as folder:
                yield Source(folder, place.resolve().name, revision, is_alone=True)
        finally:
            revision.close()
    elif is_archive(place) and place.is_file():
        archive = tree_of(place)
        with _beside(archive) as folder:
            yield Source(folder, _ENDING.sub("", place.name), archive, is_alone=True)
    else:
        yield Source(place)


@contextmanager
def _beside(tree: Tree) -> Iterator[Path]:
    """Make a folder of what *tree* declares."""
    from caddis.model.passing import passing_folder
    from caddis.stages.scan import copy_declarations

    with passing_folder("scan") as folder:
        copy_declarations(tree, folder)
        yield folder
