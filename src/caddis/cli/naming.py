"""What commands use to tie imports to packages, set up from options."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.indexes import add_index_urls, further_indexes, index_urls
from caddis.cli.places import cache_folder, netrc_file
from caddis.cli.scanning.settings import read_providers
from caddis.model.imports import Import, ImportKind
from caddis.model.project import folder_of, lock_of
from caddis.model.python_2 import OF_PYTHON_2
from caddis.model.requirements import Ecosystem, Requirements
from caddis.ports.names import NOTHING, FindNames, Known
from caddis.ports.progress import Reporter, Silent

if TYPE_CHECKING:
    from caddis.adapters.names_table import NamesTable
    from caddis.model.declaration import Declaration
    from caddis.ports.names import NameSource, PackageContents
    from caddis.stages.requirements import Locked


def add_evidence_options(parser: ArgumentParser) -> None:
    """Add the options that say where evidence about names comes from."""
    group = parser.add_argument_group("how names are found")
    group.add_argument(
        "--offline", action="store_true", help="look into no package of an index"
    )
    group.add_argument(
        "-p",
        "--prefix",
        dest="evidence_from",
        type=Path,
        metavar="PREFIX",
        help="an environment whose packages tell what provides a module",
    )
    group.add_argument(
        "--pin",
        action="store_true",
        help="give versions: the environment's, the lock's, or the least needed",
    )
    add_index_urls(group)


def open_table() -> NamesTable:
    """Open the table of names, with what `caddis names update` fetched."""
    from caddis.adapters.names_table import carried_names

    return carried_names(updates_folder())


def updates_folder() -> Path:
    """Say where updates of the table are kept."""
    return cache_folder() / "names" / "table"


def make_finder(args: Namespace, *, reporter: Reporter | None = None) -> FindNames:
    """Set up the search for packages; *args* may lack any of the options.

    `--offline` asks the table and the environment alone; so does a command that sets
    `look` to False.
    """
    reporter = reporter or Silent()
    table = open_table()
    project = Path(getattr(args, "folder", None) or ".")
    programs = {**table.programs, **dict.fromkeys(OF_PYTHON_2, "Python 2")}
    chosen = read_providers(folder_of(project) / "pyproject.toml")
    locked = _locked_versions(lock_of(project))

    def find(
        imports: Iterable[Import], ecosystem: Ecosystem, known: Known = NOTHING
    ) -> Requirements:
        from caddis.stages.requirements import (
            brought,
            find_requirements,
            told,
        )
        from caddis.stages.scan.standard_library import of_other_pythons
        from caddis.stages.slips import warn_of_names

        extras = table.extras
        declared = (*known.declared, *brought(known.declared, extras))
        contents = _contents(args, table, ecosystem, known.around, reporter)
        found = find_requirements(
            imports,
            sources=_sources(args, table, locked),
            ecosystem=ecosystem,
            declared=declared,
            providers={**chosen, **known.providers},
            contents=contents,
        )
        found = found.without(known.namesakes).left_to(programs)
        found = _with_pythons(found, of_other_pythons())
        slips = warn_of_names(found, known=table, declared=known.declared)
        warnings = (*found.warnings, *slips)
        if getattr(args, "offline", False) and (found.requirements or found.unresolved):
            unchecked = "offline: no package was looked into, the table alone decides"
            warnings = (*warnings, unchecked)
        if getattr(args, "pin", False):
            found = _pinned(found, args, table, locked)
        around = {entry.name for entry in (*found.requirements, *declared)}
        needed = told(found.requirements, around, extras)
        return replace(found, requirements=needed, warnings=warnings)

    return find


def _with_pythons(found: Requirements, pythons: Mapping[str, str]) -> Requirements:
    """Say of modules that no package is known for which of *pythons* bring them.

    What is imported under a condition is taken to be so for these.
    """
    unresolved = tuple(
        replace(each, reason=f"only {pythons[each.module]} has it")
        if each.module in pythons
        else each
        for each in found.unresolved
    )
    firm = {
        each.module
        for each in unresolved
        if any(item.kind is ImportKind.REQUIRED for item in each.imports)
    }
    others = {name: told for name, told in pythons.items() if name not in firm}
    return replace(found, unresolved=unresolved).left_to(others)


def warn_of_declared(args: Namespace, declared: Declaration) -> Sequence[str]:
    """Point out declared names that are a slip, or that more than one index has.

    Nothing is said where no file declares: who found the names has told.
    """
    if not declared.files:
        return ()
    from caddis.stages.slips import warn_of_names

    nothing = Requirements(requirements=())
    slips = warn_of_names(nothing, known=open_table(), declared=declared.requirements)
    places = _places(args, declared)
    if not places:
        return slips
    from caddis.stages.requirements import warn_of_indexes

    return (*slips, *warn_of_indexes(places))


def _places(args: Namespace, declared: Declaration) -> Mapping[str, Sequence[str]]:
    """Say which indexes have what is declared, where there are several."""
    if args.offline or getattr(args, "no_index", False):
        return {}
    # Found out before anything is imported, for most name but one.
    indexes = index_urls(args, declared) if further_indexes(args, declared) else ()
    if len(indexes) < 2:
        return {}
    from caddis.adapters.contents import Web, WheelContents

    named = (r for r in declared.requirements if "@" not in r.spec)
    names = {r.name for r in named if r.ecosystem is Ecosystem.PYPI}
    wheels = WheelContents(indexes=indexes, web=Web(netrc=netrc_file()))
    return wheels.places(sorted(names))


def _pinned(
    found: Requirements, args: Namespace, table: NamesTable, locked: Locked
) -> Requirements:
    """Give versions to what the project itself gave none."""
    from caddis.stages.requirements import pin

    versions = {key: version for key, version in locked.items() if version}
    prefix = getattr(args, "evidence_from", None)
    if prefix is not None:
        from caddis.adapters.installed import InstalledNames

        versions |= InstalledNames(prefix, namespaces=table.namespaces).versions
    needed, optional = (
        pin(requirements, found=versions, first=table.first_versions)
        for requirements in (found.requirements, found.optional)
    )
    return replace(found, requirements=needed, optional=optional)


def _locked_versions(path: Path) -> Locked:
    """Read the versions of a lock; empty where platforms have different ones.

    A lock that cannot be read is no evidence: what makes locks tells what is wrong.
    """
    if not path.is_file():
        return {}
    from caddis.errors import ProjectError
    from caddis.model.lock_file import read_lock

    try:
        lock = read_lock(path)
    except ProjectError:
        return {}
    versions: dict[tuple[Ecosystem, str], set[str]] = {}
    for package in (p for platform in lock.platforms for p in platform.packages):
        key = (package.ecosystem, package.name)
        versions.setdefault(key, set()).add(package.version)
    return {
        key: found.pop() if len(found) == 1 else "" for key, found in versions.items()
    }


def _sources(args: Namespace, table: NamesTable, locked: Locked) -> list[NameSource]:
    """Order what knows names: the project's lock, its environment, the table."""
    from caddis.stages.requirements import LockedNames

    own = LockedNames(locked, others=table)
    prefix = getattr(args, "evidence_from", None)
    if prefix is None:
        return [own, table]
    from caddis.adapters.installed import InstalledNames

    return [own, InstalledNames(prefix, namespaces=table.namespaces), table]


def _contents(
    args: Namespace,
    table: NamesTable,
    ecosystem: Ecosystem,
    around: Declaration | None,
    reporter: Reporter,
) -> PackageContents | None:
    """Look into wheels for PyPI, into the packages of the channels for conda."""
    if getattr(args, "offline", False) or not getattr(args, "look", True):
        return None
    from caddis.adapters.contents import ChannelContents, Web, WheelContents

    web = Web(netrc=netrc_file())
    cache = cache_folder() / "names"
    if ecosystem is Ecosystem.PYPI:
        return WheelContents(
            indexes=index_urls(args, around),
            namespaces=table.namespaces,
            cache=cache / "wheels",
            reporter=reporter,
            web=web,
        )
    own = around.channels if around else ()
    channels = getattr(args, "channel", None) or own
    if not channels:
        return None
    from caddis.host import this_host

    return ChannelContents(
        channels=channels,
        platform=this_host().platform,
        namespaces=table.namespaces,
        cache=cache / "channels",
        reporter=reporter,
        web=web,
    )
