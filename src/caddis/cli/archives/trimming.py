"""`caddis pack`: the options that make an archive smaller, or make it faster."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from caddis.cli.archives.formats import takes_level
from caddis.cli.console import Console
from caddis.cli.places import cache_folder, scratch_folder
from caddis.errors import UsageError

if TYPE_CHECKING:
    from caddis.model.layers import Stack
    from caddis.stages.pack import Packer
    from caddis.workflow.slim import Slimmed

_THREADS = 2
"""Without --threads."""


class _AppendFilter(Action):
    """Keeps --exclude and --include in the order in which they were given."""

    def __call__(
        self,
        parser: ArgumentParser,  # noqa: ARG002
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        filters = [*namespace.filters, (str(values), option_string == "--include")]
        namespace.filters = filters


def add_trim_options(parser: ArgumentParser) -> None:
    """Add what decides how much goes into an archive, and how it is compressed."""
    size = parser.add_argument_group("size")
    size.add_argument(
        "--compress",
        "--compress-level",
        default="",
        metavar="LEVEL",
        help="fast, best (slow; for archives that are kept) or the format's own number;"
        " else 2 for zstd, 3 for gzip",
    )
    size.add_argument(
        "--slim",
        action="store_true",
        help="leave out tests, headers, static libraries, stubs and sources of modules;"
        " strip modules; import everything before the result is accepted; compress with"
        " best unless --compress says otherwise",
    )
    size.add_argument(
        "--keep",
        action="append",
        default=[],
        metavar="PATTERN",
        help="with --slim: leave files of this path alone, as 'lib/*/numpy/*.h'",
    )
    size.add_argument(
        "--exclude",
        action=_AppendFilter,
        dest="filters",
        default=[],
        metavar="PATTERN",
        help="leave out files of this path, relative to the prefix; * matches / too",
    )
    size.add_argument(
        "--include",
        action=_AppendFilter,
        dest="filters",
        metavar="PATTERN",
        help="bring back files that an --exclude before it left out",
    )
    speed = parser.add_argument_group("speed")
    speed.add_argument(
        "-j",
        "--threads",
        "--n-threads",
        type=int,
        default=0,
        metavar="N",
        help="how many packages to compress at once, -1 for one a core;"
        f" else {_THREADS}",
    )
    known = parser.add_argument_group("accepted from scripts for conda-pack")
    known.add_argument(
        "--force",
        action="store_true",
        help="nothing to force: an archive is replaced as soon as the new one is done",
    )
    known.add_argument(
        "--ignore-missing-files",
        action="store_true",
        help="missing files are reported, not refused, unless --strict is given",
    )
    known.add_argument(
        "--zip-symlinks",
        action="store_true",
        help="links are always stored as links",
    )
    known.add_argument(
        "--no-zip-64",
        action="store_true",
        help="zip64 is used only where a number does not fit",
    )


def compress_level(args: Namespace) -> str:
    """Say how to compress: who wants it slim wants it small, unless told otherwise."""
    implied = "best" if args.slim and takes_level(args.output) else ""
    return args.compress or implied


def thread_count(args: Namespace, *, cores: int) -> int:
    """Say how many threads to use on this machine.

    Raises:
        UsageError: the number makes no sense.
    """
    if args.threads < -1:
        raise UsageError(f"{args.threads} threads cannot be", hint="-1 is one a core.")
    if args.threads == -1:
        return cores
    return args.threads or _THREADS


class Trimming:
    """Trims an environment as the options say, and tells what --slim did."""

    def __init__(self, args: Namespace, packer: Packer, console: Console) -> None:
        """Take the options.

        Raises:
            UsageError: --keep without --slim.
        """
        if args.keep and not args.slim:
            raise UsageError(
                "--keep says what --slim is to leave alone", hint="Add --slim."
            )
        self._args = args
        self._packer = packer
        self._console = console
        self._slimmed: Slimmed | None = None

    def trim(self, stack: Stack) -> Stack:
        """Leave out what is not wanted."""
        if self._args.filters:
            stack = _without_excluded(stack, self._args.filters)
        if not self._args.slim:
            return stack
        self._slimmed = _slim(stack, self._args.keep, self._packer, self._console)
        return self._slimmed.stack

    def data(self) -> dict[str, Any]:
        """Describe for programs what --slim did; nothing without it."""
        if self._slimmed is None:
            return {}
        left_out = [
            {"path": each.path, "package": each.package, "kind": each.reason}
            for each in self._slimmed.plan.left_out
        ]
        return {
            "slim": {
                "left_out": left_out,
                "stripped": sorted(self._slimmed.stripped),
                "modules_imported": self._slimmed.modules,
            }
        }


def _without_excluded(stack: Stack, filters: Sequence[tuple[str, bool]]) -> Stack:
    from caddis.stages.trim import Filter, leave_out

    return leave_out(stack, [Filter(*each) for each in filters])


def _slim(
    stack: Stack, keep: Sequence[str], packer: Packer, console: Console
) -> Slimmed:
    from caddis.adapters.codecs import Zstd
    from caddis.adapters.import_check import Importer
    from caddis.adapters.memory.trials import DiskTrialMemory
    from caddis.adapters.strip import Binutils
    from caddis.cli.archives.reading import open_any_archive
    from caddis.host import this_host
    from caddis.stages.pack import Packer
    from caddis.workflow.slim import SlimTools, slim

    tools = SlimTools(
        stripper=Binutils(cache_folder()),
        imports=Importer(),
        memory=DiskTrialMemory(cache_folder()),
        host=this_host(),
        packer=Packer(
            codec=Zstd(), cache=packer.cache, elf=packer.elf, workers=packer.workers
        ),
        open_archive=open_any_archive,
        scratch=scratch_folder(),
    )
    return slim(stack, keep=keep, tools=tools, narrator=console)
