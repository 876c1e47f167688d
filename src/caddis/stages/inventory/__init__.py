"""Inventory: read a prefix and tell all that it says about itself.

No network, no interpreter, no engine: only files are read, and no content of a file
that its size and its time vouch for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from caddis.errors import ArchiveError, PrefixError
from caddis.host import Host
from caddis.model.environment import Environment, PrefixKind
from caddis.model.prefix.conda_meta import read_conda_meta
from caddis.model.prefix.history import read_history
from caddis.model.prefix.journal import read_applied_lock, read_journal
from caddis.model.prefix.pyvenv import base_it_sees, python_version
from caddis.model.prefix.variables import read_variables
from caddis.model.project import environment_name
from caddis.model.versions import minor
from caddis.stages.inventory.conda import (
    FoundPackage,
    find_channels,
    read_package,
    read_pins,
)
from caddis.stages.inventory.dists import FoundDist, read_dists
from caddis.stages.inventory.files import find_changed, installed_sizes
from caddis.stages.inventory.intent import Sources, find_requested
from caddis.stages.inventory.reasons import explain

__all__ = ["read_environment"]


def read_environment(
    prefix: Path, *, host: Host, virtual_packages: Sequence[str] = ()
) -> Environment:
    """Tell all about the environment in *prefix*.

    *virtual_packages* are those of the machine, `__glibc=2.36=0`.

    Raises:
        PrefixError: there is no environment in *prefix*.
    """
    prefix = Path(os.path.abspath(prefix))
    kind = _kind(prefix, host)
    packages = [read_package(record) for record in read_conda_meta(prefix)]
    python = _python(prefix, packages, host)
    site = host.site_packages(minor(python))
    of_conda = frozenset(path for found in packages for path in found.infos)
    journal, applied = read_journal(prefix), read_applied_lock(prefix)
    dists = read_dists(
        prefix, site, of_conda=of_conda, journal=journal, applied=applied
    )
    sources = Sources(
        journal=journal, history=read_history(prefix), python=python, kind=kind
    )
    intent = find_requested(packages, dists, sources)
    return Environment(
        name=environment_name(prefix),
        prefix=os.fspath(prefix),
        kind=kind,
        platform=_platform(packages) or host.platform,
        python=python,
        packages=tuple(explain(packages, dists, intent.asked, python=python)),
        requested=intent.asked,
        channels=find_channels(packages, sources.history),
        indexes=applied.indexes,
        variables=read_variables(prefix),
        pins=read_pins(prefix),
        virtual_packages=tuple(virtual_packages),
        changed=find_changed(prefix, packages, dists),
        sizes=installed_sizes(packages, dists),
        notes=(*intent.notes, *_notes(prefix, dists)),
    )


def _kind(prefix: Path, host: Host) -> PrefixKind:
    if any((prefix / "conda-meta").glob("*.json")):
        return PrefixKind.CONDA
    if (prefix / "pyvenv.cfg").is_file():
        return PrefixKind.VENV
    if _library_version(prefix, host):
        return PrefixKind.STANDALONE
    if any(prefix.glob("lib/python3*/dist-packages")):
        raise PrefixError(
            f"{prefix} has its packages in dist-packages: they are the system's",
            hint="apt knows those. Name the folder of an environment with -p.",
        )
    raise PrefixError(
        f"{prefix} is not an environment: it has no conda-meta, no pyvenv.cfg and no"
        " Python library",
        hint="Name the folder of a conda environment or of a venv with -p.",
    )


def _python(prefix: Path, packages: Sequence[FoundPackage], host: Host) -> str:
    """Find the version of the interpreter."""
    for found in packages:
        if found.package.name == "python":
            return found.package.version
    return (
        python_version(prefix)
        or _unpacked_version(prefix)
        or _library_version(prefix, host)
    )


def _unpacked_version(prefix: Path) -> str:
    """Read the version off the manifest of the archive that was unpacked here."""
    # Here, because few environments come out of an archive.
    from caddis.model.archive import MANIFEST, read_manifest

    try:
        return read_manifest((prefix / MANIFEST).read_bytes()).python
    except (FileNotFoundError, NotADirectoryError, ArchiveError):
        return ""


def _library_version(prefix: Path, host: Host) -> str:
    """Read the version off the folder of the standard library, as `3.11`."""
    if host.exe:
        return ""
    found = [
        folder.parent.name.removeprefix("python")
        for folder in prefix.glob(host.site_packages("3.*"))
    ]
    return max(found, key=lambda text: int(text.partition(".")[2] or 0), default="")


def _platform(packages: Sequence[FoundPackage]) -> str:
    subdirs = (found.package.subdir for found in packages)
    return next((name for name in subdirs if name and name != "noarch"), "")


def _notes(prefix: Path, dists: Sequence[FoundDist]) -> list[str]:
    notes = [
        f"{dist.package.name} is a checkout inside of the environment; told is its"
        " commit, not what was edited in it"
        for dist in dists
        if dist.checkout
    ]
    base = base_it_sees(prefix)
    if base:
        notes.append(f"packages of {base} can be imported too and are not listed")
    return notes
