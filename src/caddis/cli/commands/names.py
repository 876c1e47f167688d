"""Show and refresh what caddis knows about names.

    caddis names show NAME …      what the table says of a module or a package
    caddis names update           fetch mappings that conda-forge's tools publish
    caddis names choose [FOLDER]  where several packages have a module that the code
                                  imports, ask which to take and keep the answer in
                                  pyproject.toml; without a terminal, list them

The table that comes with caddis is used without either; see docs/names.md.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.console import Console, add_output_options
from caddis.cli.naming import make_finder, open_table, updates_folder
from caddis.cli.places import netrc_file
from caddis.errors import FetchError, UnknownImportError, UsageError
from caddis.model.words import counted

if TYPE_CHECKING:
    from caddis.adapters.contents import Web

PUBLISHED = (
    "https://raw.githubusercontent.com/regro/cf-graph-countyfair/master/mappings/pypi/"
    "grayskull_pypi_mapping.json",
    "https://conda-mapping.prefix.dev/compressed-v0/compressed_mapping.json",
)
_FIELDS = ("module", "pypi", "conda", "others", "sources")


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis names`."""
    parser.add_argument(
        "action",
        choices=("show", "update", "choose"),
        metavar="show|update|choose",
        help="what to do",
    )
    parser.add_argument(
        "name",
        nargs="*",
        metavar="NAME",
        help="modules or packages to show; the folder to choose for",
    )
    parser.add_argument(
        "--url",
        action="append",
        default=[],
        metavar="URL",
        help="mapping to fetch in place of the published ones",
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Show names, or fetch what is published."""
    with Console(quiet=args.quiet, as_json=args.json) as console:
        if args.action == "update":
            return _update(args, console)
        if args.action == "choose":
            return _choose(args, console)
        return _show(args, console)


def _show(args: Namespace, console: Console) -> int:
    if not args.name:
        raise UsageError("caddis names show needs a name", hint="For example: cv2")
    table = open_table()
    lines = [line for name in args.name for line in table.describe(name)]
    if not lines:
        raise UnknownImportError(
            f"The table does not know {', '.join(args.name)}",
            hint="caddis scan --explain tells what an index says of it.",
        )
    rows = [dict(zip(_FIELDS, line.split("\t"), strict=True)) for line in lines]
    console.result("\n".join(map(_sentence, rows)), rows)
    return 0


def _sentence(row: dict[str, str]) -> str:
    if row["pypi"] == "*":
        return f"{row['module']}: a namespace that several packages share"
    worlds = ((row["pypi"], "PyPI"), (row["conda"], "conda"))
    homes = (f"{name} on {world}" for name, world in worlds if name != "-")
    others = f"; also {row['others'].replace(',', ', ')}" if row["others"] else ""
    return f"{row['module']}: {' and '.join(homes)}{others} ({row['sources']})"


def _fetch(url: str, web: Web) -> str:
    from caddis.adapters.contents.web import Unreachable

    hint = "--url names another mapping."
    try:
        page = web.fetch(url)
    except Unreachable as error:
        raise FetchError(str(error), hint=hint) from None
    if page is None:
        raise FetchError(f"{url} is not there", hint=hint)
    return page.body.decode("utf-8", "replace")


def _update(args: Namespace, console: Console) -> int:
    from caddis.adapters.contents import Web
    from caddis.adapters.names_table import NamesTable
    from caddis.adapters.names_table.files import write_update
    from caddis.stages.requirements import refresh

    for url in args.url:
        if "://" not in url:
            raise UsageError(f"{url!r} is no URL", hint="Write it like https://…")
    web = Web(netrc=netrc_file())
    texts = [_fetch(url, web) for url in args.url or PUBLISHED]
    carried = NamesTable()
    fresh = refresh(texts, settled=carried.settled, on_conda=carried.on_conda)
    write_update(updates_folder(), modules=fresh.modules, packages=fresh.packages)
    told: dict[str, Any] = {
        "modules": len(fresh.modules),
        "packages": len(fresh.packages),
        "folder": str(updates_folder()),
    }
    console.result(
        f"{counted(told['modules'], 'module')} and"
        f" {counted(told['packages'], 'package')} fetched",
        told,
    )
    return 0


def _choose(args: Namespace, console: Console) -> int:
    from caddis.cli.choosing import ask, can_ask, write_providers
    from caddis.cli.scanning.code import scan_code
    from caddis.cli.scanning.project import Project
    from caddis.stages.requirements import open_choices

    folder = Path(args.name[0] if args.name else ".")
    find = make_finder(Namespace(folder=folder, look=False))
    project = Project.at(folder, conda=False, find=find)
    report = project.report(scan_code(folder, console))
    choices = open_choices(report.requirements)
    answers = {choice.module: choice.default for choice in choices}
    if choices and can_ask(args):
        answers = ask(choices)
        write_providers(folder / "pyproject.toml", answers)
    lines = (f"{module}: {package}" for module, package in answers.items())
    console.result("\n".join(lines) or "no import has a choice of packages", answers)
    return 0
