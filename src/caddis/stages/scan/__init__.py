"""Read a folder of Python and list what it imports; nothing in it is executed."""

from __future__ import annotations

import sys
import time
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import compress
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.imports import Declared, Problem, Scan
from caddis.ports.progress import Reporter, Silent
from caddis.ports.sources import Listing, ScanMemory, Tree
from caddis.ports.workers import Workers
from caddis.stages.scan.classify import Classifier, project_modules
from caddis.stages.scan.declaring import plan_declaration
from caddis.stages.scan.declaring.compare import compare, missing
from caddis.stages.scan.declaring.groups import choose_group, group_for, told_apart
from caddis.stages.scan.files.archive import Archive, is_archive
from caddis.stages.scan.files.declarations import copy_declarations
from caddis.stages.scan.files.excluded import WHY_EXCLUDED, excluded
from caddis.stages.scan.files.left_out import own_files, without_texts
from caddis.stages.scan.files.single import SingleFile
from caddis.stages.scan.files.walk import Folder
from caddis.stages.scan.implied import NEEDS, Need, NeedTable, read_needs
from caddis.stages.scan.own.surroundings import Surroundings, project_of, surroundings
from caddis.stages.scan.parsed import changed_last, easily_parsed
from caddis.stages.scan.read import Read, holds_python, read_all
from caddis.stages.scan.record import LEFT_OUT, SEARCHED, Record
from caddis.stages.scan.remember import Remembered
from caddis.stages.scan.standard_library import Version
from caddis.stages.scan.unnamed import helpers, stand_ins

_STEP = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanOptions:
    """What a scan looks for."""

    python: Version = sys.version_info[:2]
    """The version whose standard library counts."""
    doctests: bool = False
    """Whether the examples in documentation strings count."""
    syntax: bool = False
    """Whether Python's parser looks at every file of a large tree, too, which takes
    many times longer; of a small one, it does anyway."""
    everything: bool = False
    """Whether to read ignored files, environments and vendored packages, too."""
    needs: tuple[Need, ...] = NEEDS
    """What calls imply."""
    own: frozenset[str] = frozenset()
    """Top-level modules that are the project's, whatever it looks like."""
    exclude: tuple[str, ...] = ()
    """Patterns, as git has them, of what is not read; it is the project's all the
    same, and can be imported."""


def scan(
    folder: Path,
    *,
    options: ScanOptions | None = None,
    reporter: Reporter | None = None,
    tree: Tree | None = None,
    workers: Workers | None = None,
    memory: ScanMemory | None = None,
) -> Scan:
    """List every import of *folder*, which may also be a file or an archive.

    With *tree* its files are read instead, as those of a revision, or one that is to
    be taken for the file *folder*. *workers* read several files at once, *memory*
    keeps what was read for the next time.

    Raises:
        ProjectError: *folder* does not exist.
    """
    options = options or ScanOptions()
    reporter = reporter or Silent()
    tree = tree or tree_of(folder, everything=options.everything)
    around = Surroundings() if isinstance(tree, Archive) else surroundings(folder)
    started = time.time_ns()
    listing = tree.listing()
    if not isinstance(tree, (Folder, SingleFile)):
        listing = listing if options.everything else own_files(listing)
        listing = without_texts(listing, tree.read)
    parsed = sys.maxsize if options.syntax else easily_parsed(listing)
    parsed_too = frozenset() if parsed else changed_last(listing)
    places = excluded(listing.paths, options.exclude)
    left_out = (
        Problem(path=p, reason=WHY_EXCLUDED) for p in dict.fromkeys(places) if p
    )
    listing = listing._replace(left_out=(*listing.left_out, *left_out))
    if memory is None:
        listing = listing._replace(stamps=())
    how = Read(tree, NeedTable(options.needs), options.doctests, parsed, parsed_too)
    sizes = array("Q", listing.sizes)
    listing = listing._replace(sizes=())
    remembered = None
    if memory is not None and listing.stamps:
        place = repr((str(folder.resolve()), options, around))
        remembered = Remembered(memory, place, how.digest)
        same = remembered.same(listing)
        if same is not None:
            return same
    reading = _Reading(folder, options, tree, listing, around)
    wanted = [
        holds_python(path) and not place
        for path, place in zip(listing.paths, places, strict=True)
    ]
    paths = list(compress(listing.paths, wanted))
    read = read_all(
        paths,
        how,
        sizes=list(compress(sizes, wanted)),
        digests=remembered.digests(listing, paths) if remembered else b"",
        workers=workers if isinstance(tree, Folder) else None,
        memory=memory if remembered else None,
    )
    digests = reading.add_all(paths, read, reporter)
    found = reading.scan()
    if remembered:
        del reading, read  # They are as large as what is written now.
        return remembered.save(listing, found, (paths, digests), started=started)
    return found


class _Reading:
    """Puts together what was read of the files of a tree."""

    def __init__(
        self,
        folder: Path,
        options: ScanOptions,
        tree: Tree,
        listing: Listing,
        around: Surroundings,
    ) -> None:
        self._own = partial(
            project_modules,
            listing.paths,
            tree.read,
            name=folder.resolve().name,
            names=options.own,
            around=around,
        )
        self._python = options.python
        self._label = f"{folder.name}!" if isinstance(tree, Archive) else ""
        self._skipped = list(listing.left_out)
        self._declared: list[Declared] = []
        self._problems = list(listing.unreadable)
        self._files = 0

    @cached_property
    def _classifier(self) -> Classifier:
        """Looks at the project once *workers* have begun to read, not before."""
        return Classifier(self._own(), self._python)

    def add_all(
        self,
        paths: Sequence[str],
        read: Iterable[tuple[bytes, Record]],
        reporter: Reporter,
    ) -> bytes:
        """Add what was *read* of the files at *paths*; answer their digests."""
        digests = bytearray()
        for path, (digest, record) in zip(paths, read, strict=True):
            self._add(path, record)
            digests += digest
            if self._files % _STEP == 0:
                reporter.step(self._files, len(paths), "reading")
        return bytes(digests)

    def _add(self, path: str, record: Record) -> None:
        place = self._label + path
        found, told, troubles = record
        self._files += 1
        searched = [text for text, what, *_ in told if what == SEARCHED]
        self._classifier.add(path, place, found, searched)
        for text, ecosystem, suffix, line in told:
            if ecosystem == SEARCHED:
                continue
            self._declared.append(
                Declared(text=text, ecosystem=ecosystem, path=place + suffix, line=line)
            )
        for suffix, reason, line in troubles:
            if line == LEFT_OUT:
                self._skipped.append(Problem(path=place + suffix, reason=reason))
                continue
            self._problems.append(
                Problem(path=place + suffix, reason=reason, line=line)
            )

    def scan(self) -> Scan:
        """List all that was found."""
        return Scan(
            imports=self._classifier.imports(),
            declared=tuple(self._declared),
            problems=tuple(self._problems),
            files=self._files,
            skipped=tuple(self._skipped),
            namesakes=self._classifier.namesakes(),
        )


def tree_of(path: Path, *, everything: bool = False) -> Tree:
    """Choose how the files at *path* are found and read.

    Raises:
        ProjectError: there is nothing at *path*, or a damaged archive.
    """
    if path.is_dir():
        return Folder(path, everything=everything)
    if not path.is_file():
        raise ProjectError(
            f"There is no file or folder {path}",
            hint="Give a folder, a file, an archive, or - for standard input.",
        )
    return Archive(path) if is_archive(path) else SingleFile(path.name, path)


__all__ = [
    "NEEDS",
    "Need",
    "ScanOptions",
    "SingleFile",
    "choose_group",
    "compare",
    "copy_declarations",
    "group_for",
    "helpers",
    "is_archive",
    "missing",
    "plan_declaration",
    "project_of",
    "read_needs",
    "scan",
    "stand_ins",
    "told_apart",
    "tree_of",
]
