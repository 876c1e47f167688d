"""What the commands hand to the way from a folder of code to its environment."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.archives.packing import make_recording
from caddis.cli.asked_python import is_interpreter, version_of
from caddis.cli.engines import make_engines, make_fetcher, make_rattler, make_uv
from caddis.host import this_host
from caddis.workflow.toolbox import Toolbox

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.model.imports import Scan
    from caddis.ports.names import FindNames
    from caddis.ports.progress import Reporter


def make_toolbox(args: Namespace) -> Toolbox:
    """Set up all that the line needs up to the lock; nothing is started yet."""
    # One for both, so that what channels have is read once.
    rattler = cache(lambda: make_rattler(args))
    return Toolbox(
        host=this_host(),
        scan=partial(_scan, args),
        ignored=_ignored,
        find=lambda: _make_finder(args),
        warn=partial(_warn, args),
        catalogue=rattler,
        conda=rattler,
        pypi=lambda declared: make_uv(args, declared),
        sizes=lambda declared: make_fetcher(args, declared),
        engines=lambda: make_engines(args),
        recording=make_recording,
        interpreter=args.python if is_interpreter(args.python) else "",
    )


def _warn(args: Namespace, declared: Declaration) -> Sequence[str]:
    # Here, because a lock that is up to date needs no warnings.
    from caddis.cli.naming import warn_of_declared

    return warn_of_declared(args, declared)


def _scan(args: Namespace, project: Path, reporter: Reporter) -> Scan:
    # Here, because what is declared needs no scan.
    from caddis.cli.scanning.code import scan_code

    return scan_code(project, reporter, python=version_of(args.python))


def _ignored(project: Path) -> frozenset[str]:
    from caddis.cli.scanning.settings import scan_settings
    from caddis.model.project import folder_of

    settings = scan_settings(folder_of(project) / "pyproject.toml")
    return frozenset(map(str, settings.get("ignore", ())))


def _make_finder(args: Namespace) -> FindNames:
    # Here, because what is declared needs no names found.
    from caddis.cli.choosing import asking, can_ask
    from caddis.cli.naming import make_finder
    from caddis.model.project import folder_of

    find = make_finder(args)
    return (
        asking(find, folder_of(args.folder) / "pyproject.toml")
        if can_ask(args)
        else find
    )
