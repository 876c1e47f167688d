"""The options that say which dependency groups an environment gets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add_group_options(parser: ArgumentParser) -> None:
    """Add --group and --only."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="GROUP",
        help="also what this dependency group needs",
    )
    which.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="GROUP",
        help="only what this group needs",
    )


def chosen_groups(args: Namespace) -> frozenset[str]:
    """Give the groups that *args* name; run time is among them unless --only is."""
    from caddis.model.dist_names import normalize
    from caddis.stages.sync import RUN_TIME

    if args.only:
        return frozenset(map(normalize, args.only))
    return frozenset((RUN_TIME, *map(normalize, args.group)))
