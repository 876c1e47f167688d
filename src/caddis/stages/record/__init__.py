"""record: read a prefix and tell of which layers it is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from caddis.errors import PrefixError
from caddis.host import Host
from caddis.model.layers import Layer, Stack, without_doubles
from caddis.model.prefix.pyvenv import base_it_sees
from caddis.model.versions import minor
from caddis.ports.editables import Editables
from caddis.ports.frames import Elf
from caddis.ports.interpreter import Interpreters
from caddis.ports.record_memory import NoMemory, RecordMemory
from caddis.ports.repairs import Repairs
from caddis.stages.record.by_name import left_here, refuse_asked
from caddis.stages.record.carried import OF_CADDIS, read_carried
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.dist_files import Site
from caddis.stages.record.dists import RecordedDist, dist_versions, read_dists
from caddis.stages.record.editables import CopyEditables, RefuseEditables
from caddis.stages.record.egg_links import read_egg_links
from caddis.stages.record.machine import bring_python, with_moving_run_paths
from caddis.stages.record.mending import Checked, check
from caddis.stages.record.moved import embedded_prefix
from caddis.stages.record.overlay import read_overlay
from caddis.stages.record.packages import read_packages
from caddis.stages.record.placed import told_stuck

__all__ = [
    "CopyEditables",
    "RefuseEditables",
    "Tools",
    "bring_python",
    "record",
    "refuse_asked",
]

_VENV_FILES = frozenset(
    "pyvenv.cfg .lock .gitignore CACHEDIR.TAG lib64 bin/activate bin/activate.csh"
    " bin/activate.fish bin/activate.nu bin/activate.ps1 bin/Activate.ps1"
    " bin/activate.bat bin/activate.xsh bin/activate_this.py bin/deactivate.bat"
    " bin/pydoc.bat bin/python bin/python3".split()
)
_VENV_MODULES = ("_virtualenv.py", "_virtualenv.pth", "_uv_ephemeral_overlay.pth")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What recording needs of the machine."""

    interpreters: Interpreters
    elf: Elf
    host: Host
    editables: Editables = field(default_factory=RefuseEditables)
    repairs: Repairs | None = None
    """Given when edited and missing files are to be as their packages have them."""
    memory: RecordMemory = field(default_factory=NoMemory)
    """Of the packages that did not change since they were last recorded."""
    libraries: tuple[str, ...] = ()
    """Of this machine, to take along with its Python for being opened by name."""


def record(prefix: Path, *, tools: Tools) -> Stack:
    """Tell of which layers the environment in *prefix* is made.

    Raises:
        PrefixError: there is no environment in *prefix*, it cannot be told apart, or a
            library that is to go along cannot.
    """
    prefix = Path(os.path.abspath(prefix))
    if any((prefix / "conda-meta").glob("*.json")):
        return _record_conda(prefix, tools)
    if (prefix / "pyvenv.cfg").is_file():
        return _record_venv(prefix, tools)
    if (prefix / ".caddis" / "manifest.json").is_file():
        return _record_standalone(prefix, tools)
    raise PrefixError(
        f"{prefix} is not an environment: it has neither conda-meta nor pyvenv.cfg",
        hint="Name the folder of a conda environment or of a venv with -p.",
    )


def _record_venv(prefix: Path, tools: Tools) -> Stack:
    python = tools.interpreters.describe(tools.host.python(prefix))
    site_packages = tools.host.site_packages(python.short_version)
    checked = check(
        (),
        _dists(_site(prefix, python.version, tools), tools),
        prefix=prefix,
        repairs=tools.repairs,
    )
    layers, notes = bring_python(
        python,
        [dist.layer for dist in checked.dists],
        site_packages=site_packages,
        elf=tools.elf,
        asked=tools.libraries,
    )
    notes += _doubles(prefix, python.version, tools)
    notes += _left_behind(prefix)
    notes += _stuck(checked.dists, os.fspath(prefix))
    own = {f"bin/python{python.short_version}", *_VENV_FILES}
    own.update(f"{site_packages}/{name}" for name in _VENV_MODULES)
    overlay = read_overlay(
        prefix,
        embedded=str(prefix),
        owned=_owned(own, checked.dists),
        note=notes.append,
    )
    return _stack(
        [*layers, overlay],
        version=python.version,
        checked=checked,
        notes=notes,
        tools=tools,
    )


def _site(prefix: Path, version: str, tools: Tools, embedded: str = "") -> Site:
    short = minor(version)
    return Site(
        prefix=prefix,
        packages=tools.host.site_packages(short),
        python=short,
        embedded=embedded or os.fspath(prefix),
    )


def _dists(
    site: Site,
    tools: Tools,
    skip: Callable[[str], bool] = lambda path: False,  # noqa: ARG005
) -> list[RecordedDist]:
    found = read_dists(
        site,
        editables=tools.editables,
        memory=tools.memory,
        skip=skip,
    )
    linked = read_egg_links(
        site.prefix, site.packages, python=site.python, editables=tools.editables
    )
    return [*found, *linked]


def _stuck(dists: Iterable[RecordedDist], embedded: str) -> Iterator[str]:
    """Name files in which the prefix stays, for nobody can write another there."""
    return (told_stuck(path, embedded) for dist in dists for path in dist.stuck)


def _record_standalone(prefix: Path, tools: Tools) -> Stack:
    """Record an environment that caddis unpacked: its Python is a file like others."""
    refuse_asked(tools.libraries)
    carried = read_carried(prefix)
    version = carried.manifest.python
    site = _site(prefix, version, tools, carried.embedded)
    checked = check((), _dists(site, tools), prefix=prefix, repairs=tools.repairs)
    notes = _doubles(prefix, version, tools)
    notes += _stuck(checked.dists, carried.embedded)
    own = {entry.path for layer in carried.layers for entry in layer.entries}
    overlay = read_overlay(
        prefix,
        embedded=carried.embedded,
        owned=_owned(own | OF_CADDIS, checked.dists),
        note=notes.append,
    )
    return _stack(
        [*carried.layers, *(dist.layer for dist in checked.dists), overlay],
        version=version,
        checked=checked,
        notes=notes,
        tools=tools,
    )


def _record_conda(prefix: Path, tools: Tools) -> Stack:
    refuse_asked(tools.libraries)
    embedded = embedded_prefix(prefix)
    packages = read_packages(prefix, embedded=embedded, memory=tools.memory)
    version = next((p.layer.version for p in packages if p.layer.name == "python"), "")
    of_conda = _owned(OF_CADDIS, packages)
    skip = of_conda.__contains__
    site = _site(prefix, version, tools, embedded)
    dists = _dists(site, tools, skip=skip) if version else []
    dists = with_moving_run_paths(dists, embedded, tools.elf)
    checked = check(packages, dists, prefix=prefix, repairs=tools.repairs)
    recorded: list[RecordedPackage | RecordedDist] = [
        *checked.packages,
        *checked.dists,
    ]
    notes = _doubles(prefix, version, tools) if version else []
    notes += _recorded_twice(packages)
    notes += _stuck(checked.dists, embedded)
    notes += left_here(
        [dist.layer for dist in checked.dists],
        program=tools.host.python(prefix),
        elf=tools.elf,
    )
    if embedded != os.fspath(prefix):
        notes.append(
            f"the files of {prefix} hold another place, {embedded}; they will hold the"
            " right one where the archive is unpacked"
        )
    overlay = read_overlay(
        prefix,
        embedded=embedded,
        owned=_owned(OF_CADDIS, recorded),
        note=notes.append,
    )
    return _stack(
        [*(each.layer for each in recorded), overlay],
        version=version,
        checked=checked,
        notes=notes,
        tools=tools,
    )


def _doubles(prefix: Path, version: str, tools: Tools) -> list[str]:
    """Name what two installers put there, each in its own version."""
    site_packages = tools.host.site_packages(minor(version))
    return [
        f"{name} is there twice: {' and '.join(sorted(versions))}; Python may mix their"
        f" files. Uninstall it with pip and with conda, then install one"
        for name, versions in dist_versions(prefix, site_packages).items()
        if len(versions) > 1
    ]


def _recorded_twice(packages: Iterable[RecordedPackage]) -> Iterator[str]:
    """Name packages of which conda-meta has several records.

    An update leaves them that did not come to its end.
    """
    records: dict[str, list[str]] = {}
    for package in packages:
        layer = package.layer
        records.setdefault(layer.name, []).append(f"{layer.version}-{layer.build}")
    for name, builds in records.items():
        if len(builds) > 1:
            yield (
                f"conda-meta has {name} {len(builds)} times: {' and '.join(builds)};"
                f" remove the records of those that are not installed, then"
                f" `conda install --force-reinstall {name}`"
            )


def _left_behind(prefix: Path) -> list[str]:
    """Say that a venv made with --system-site-packages has less when it is packed."""
    base = base_it_sees(prefix)
    if not base:
        return []
    return [
        f"packages of {base} can be imported here and do not go along; install those"
        " that are needed into the environment"
    ]


def _stack(
    layers: list[Layer],
    *,
    version: str,
    checked: Checked,
    notes: list[str],
    tools: Tools,
) -> Stack:
    return Stack(
        platform=tools.host.platform,
        python=version,
        layers=tuple(layer for layer in without_doubles(layers) if layer.entries),
        differences=checked.differences,
        repaired=checked.repaired,
        notes=tuple(notes),
    )


def _owned(
    own: Iterable[str], recorded: Sequence[RecordedDist | RecordedPackage]
) -> set[str]:
    """List *own* and the paths that belong to a package, unless they were edited."""
    owned = set(own).union(*(one.owned for one in recorded))
    edited = {path for one in recorded for path in one.edited}
    if edited:
        # What one package has lost to another is the other's.
        edited -= {e.path for one in recorded for e in one.layer.entries}
    return owned - edited
