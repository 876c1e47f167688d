"""Show what caddis keeps on this machine, and remove it.

    caddis cache                              how much of what, and where
    caddis cache clear                        all of it
    caddis cache clear envs frames            some parts of it
    caddis cache clear --older-than 30        what was of no use for 30 days

Nothing in the cache is needed: what is missing is made or fetched again. `caddis pack
FOLDER` itself removes environments of projects that nobody packed for 30 days. CACHE is
CADDIS_CACHE_DIR, or where the system wants caches. `clear` also removes what killed
programs left where the system keeps passing things, after an hour.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from caddis.cli.console import Console, add_output_options
from caddis.cli.places import cache_folder
from caddis.errors import UsageError
from caddis.model.cache import PARTS
from caddis.model.words import counted, in_units

if TYPE_CHECKING:
    from caddis.model.cache import CacheItem

_DAY = 24 * 3600


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis cache`."""
    parser.add_argument(
        "action",
        nargs="?",
        choices=("list", "clear"),
        default="list",
        metavar="list|clear",
        help="what to do; else list",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"what to remove: {', '.join(PARTS)}; all without one",
    )
    parser.add_argument(
        "--older-than",
        type=float,
        metavar="DAYS",
        help="with clear: only what was of no use for so long; uv's and rattler's own"
        " caches stay",
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """List or clear."""
    from caddis.adapters.cache_folder import list_items

    unknown = set(args.parts) - set(PARTS)
    if unknown:
        raise UsageError(
            f"the cache has no part {min(unknown)!r}",
            hint=f"Its parts are {', '.join(PARTS)}.",
        )
    if args.action == "list" and (args.parts or args.older_than is not None):
        raise UsageError(
            "parts and --older-than say what to clear", hint="caddis cache clear …"
        )
    if args.older_than is not None and not args.older_than >= 0:
        raise UsageError(
            f"{args.older_than} is no number of days", hint="As in --older-than 30"
        )
    with Console(quiet=args.quiet, as_json=args.json) as console:
        items = tuple(list_items(cache_folder()))
        if args.action == "clear":
            _clear(args, console, items)
        else:
            console.result(_text(items), _data(items))
    return 0


def _clear(args: Namespace, console: Console, items: Iterable[CacheItem]) -> None:
    from caddis.adapters.cache_folder import remove_items
    from caddis.model.cache import plan_clear
    from caddis.model.passing import remove_left

    since = None if args.older_than is None else time.time() - args.older_than * _DAY
    gone = plan_clear(items, parts=args.parts, unused_since=since)
    removed = remove_items(gone)
    remove_left()
    console.result(
        f"{counted(len(gone), 'item')} removed, {in_units(removed)}", _data(gone)
    )


def _text(items: Iterable[CacheItem]) -> str:
    parts = _data(items)["parts"]
    rows = (
        f"{each['part']:<9} {in_units(each['size']):>12} {each['items']:>7,}  "
        f"{PARTS[each['part']]}"
        for each in parts
    )
    total = sum(each["size"] for each in parts)
    return "\n".join(
        (*rows, f"{'':<9} {in_units(total):>12}          {cache_folder()}")
    )


def _data(items: Iterable[CacheItem]) -> dict[str, Any]:
    """Sum up *items* by part, for programs."""
    sums: dict[str, list[int]] = {}
    for item in items:
        sums.setdefault(item.part, []).append(item.size)
    return {
        "folder": str(cache_folder()),
        "parts": [
            {"part": part, "items": len(sums[part]), "size": sum(sums[part])}
            for part in PARTS
            if part in sums
        ],
    }
