"""`caddis unpack --onto`: what a delta takes out of an environment that is there."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import UsageError

if TYPE_CHECKING:
    from caddis.adapters.archive_file import DeltaFile
    from caddis.stages.unpack.content import Content


def add_onto_options(parser: ArgumentParser) -> None:
    """Add the options that name the old environment."""
    group = parser.add_argument_group("deltas")
    old = group.add_mutually_exclusive_group()
    old.add_argument(
        "--onto",
        type=Path,
        metavar="OLD-PREFIX",
        help="the unpacked environment that a delta starts from; it is only read",
    )
    old.add_argument(
        "--onto-archive",
        type=Path,
        metavar="OLD",
        help="the archive that a delta starts from",
    )


def is_delta(args: Namespace) -> bool:
    """Say whether the command line names the old environment of a delta."""
    return args.onto is not None or args.onto_archive is not None


def open_delta_file(path: Path) -> DeltaFile:
    """Read the head of the delta *path*."""
    from caddis.adapters.archive_file import open_delta
    from caddis.cli.archives.reading import choose_codec

    return open_delta(path, choose=choose_codec)


@contextmanager
def delta_content(args: Namespace, delta: DeltaFile) -> Iterator[Content]:
    """Give what makes the layers of *delta* out of the old environment.

    Raises:
        PrefixError: the old environment is not the one that the delta starts from.
    """
    from caddis.adapters.patches import ZstdPatches
    from caddis.stages.unpack.old_prefix import OldPrefix
    from caddis.stages.unpack.onto import Onto

    with _old_prefix(args) as prefix:
        onto = Onto(delta, OldPrefix(prefix), patches=ZstdPatches())
        onto.refuse_wrong()
        yield onto.content


@contextmanager
def _old_prefix(args: Namespace) -> Iterator[Path]:
    """Give the old environment; one in an archive is unpacked beside the new."""
    if args.onto is not None:
        yield args.onto.absolute()
        return
    from tempfile import TemporaryDirectory

    from caddis.cli.archives.reading import open_any_archive
    from caddis.stages.unpack import unpack

    parent = args.prefix.absolute().parent
    if not parent.is_dir():
        raise UsageError(f"the folder {parent} does not exist", hint="Make it first.")
    with TemporaryDirectory(prefix=".caddis-onto-", dir=parent) as folder:
        prefix = Path(folder, "old")
        unpack(open_any_archive(args.onto_archive), prefix)
        yield prefix
