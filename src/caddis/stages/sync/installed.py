"""What a prefix has, found with as few reads as possible.

The names of the records tell name and version. Which file a package came from stands
in the journal, and is believed as long as the record is as the journal saw it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.host import Host
from caddis.model.dist_names import normalize
from caddis.model.ecosystem import Ecosystem
from caddis.model.prefix.dist_info import read_installer
from caddis.model.prefix.home import carried_python
from caddis.model.prefix.journal import Journal, Noted, read_journal, stamp_of
from caddis.model.prefix.pending import pending
from caddis.model.prefix.pyvenv import python_version
from caddis.model.versions import minor

_UNREADABLE = "unreadable"
"""The fingerprint of what is to be installed again, whatever it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalledPackage:
    """One package that is there."""

    ecosystem: Ecosystem
    name: str
    version: str
    """With the build, for conda."""
    fingerprint: str = ""
    """Which file it came from, as `plan.fingerprint`; empty when unknown."""
    stamp: str = ""
    """Changes when somebody installs it again."""
    record: Path = Path()
    """What tells its files: a record of conda's, or RECORD."""
    changed: tuple[str, ...] = ()
    """Files that are not as it brought them, relative to the prefix; as far as
    somebody looked."""
    doubles: tuple[InstalledPackage, ...] = ()
    """Other versions of it that are recorded as well, as if they were there."""

    @property
    def is_half(self) -> bool:
        """Whether nothing tells its files, as where pip was killed."""
        return self.ecosystem is Ecosystem.PYPI and not self.stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class Installed:
    """A prefix as it is."""

    exists: bool
    """Whether there is an environment at all."""
    python: str = ""
    """`3.11.7`; empty without an interpreter."""
    is_venv: bool = False
    """Whether its Python is another's, borrowed."""
    inputs: str = ""
    """Hash of what was asked for at the last sync."""
    interrupted: bool = False
    """An earlier sync did not end."""
    packages: tuple[InstalledPackage, ...] = ()
    unlisted: tuple[str, ...] = ()
    """What a setup.py has installed, `lib/…/old-1.0.egg-info`: nothing lists its
    files."""


def read_installed(prefix: Path, *, host: Host, fingerprints: bool = True) -> Installed:
    """Read what is in *prefix*; nothing, when it is not there.

    Without *fingerprints* no record is read for the one that the journal lacks.
    """
    journal = read_journal(prefix)
    conda = tuple(_conda_packages(prefix, journal, fingerprints=fingerprints))
    python = _python_version(prefix, conda)
    if not python and not conda:
        return Installed(exists=False, interrupted=pending(prefix).exists())
    pypi = tuple(_distributions(prefix, host, python, journal))
    return Installed(
        exists=True,
        python=python,
        is_venv=not conda and bool(python_version(prefix)),
        inputs=journal.inputs,
        interrupted=pending(prefix).exists(),
        packages=tuple(_once((*conda, *pypi))),
        unlisted=tuple(_unlisted(prefix, site_packages(prefix, python, host))),
    )


def _once(packages: Iterable[InstalledPackage]) -> Iterator[InstalledPackage]:
    """Put those of one name together: who changed them left more than one record."""
    by_name: dict[tuple[Ecosystem, str], list[InstalledPackage]] = defaultdict(list)
    for package in packages:
        by_name[package.ecosystem, package.name].append(package)
    for *others, package in by_name.values():
        yield replace(package, doubles=tuple(others)) if others else package


def _conda_packages(
    prefix: Path, journal: Journal, *, fingerprints: bool
) -> Iterator[InstalledPackage]:
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        package = conda_package(record)
        fingerprint = _known(journal.conda.get(package.name), package.stamp)
        if fingerprints and not fingerprint:
            fingerprint = _sha256_of(record)
        yield replace(package, fingerprint=fingerprint)


def conda_package(record: Path) -> InstalledPackage:
    """Tell what the name of conda's *record* says."""
    name, version, build = record.stem.rsplit("-", 2)
    return InstalledPackage(
        ecosystem=Ecosystem.CONDA,
        name=name,
        version=f"{version} {build}",
        stamp=stamp_of(record),
        record=record,
    )


def _distributions(
    prefix: Path, host: Host, python: str, journal: Journal
) -> Iterator[InstalledPackage]:
    """Yield the distributions that no conda package brought."""
    for info in sorted(site_packages(prefix, python, host).glob("*.dist-info")):
        if read_installer(info) == "conda":
            continue
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        if name.startswith("~"):
            # What pip puts aside, and leaves where it is killed; nobody counts it.
            continue
        name = normalize(name)
        stamp = stamp_of(info / "RECORD")
        known = _known(journal.pypi.get(name), stamp)
        yield InstalledPackage(
            ecosystem=Ecosystem.PYPI,
            name=name,
            version=version,
            fingerprint=known if stamp else _UNREADABLE,
            stamp=stamp,
            record=info / "RECORD",
        )


def _unlisted(prefix: Path, site: Path) -> Iterator[str]:
    """List what only a setup.py knows of, and no package of conda's."""
    found = sorted(site.glob("*.egg-info"))
    if not found:
        return
    records = [path.read_text("utf-8") for path in prefix.glob("conda-meta/*.json")]
    for info in found:
        path = info.relative_to(prefix).as_posix()
        if not any(path in record for record in records):
            yield path


def site_packages(prefix: Path, python: str, host: Host) -> Path:
    """Say where packages of *python*, `3.11.7`, are."""
    return prefix / host.site_packages(minor(python))


def _python_version(prefix: Path, conda: tuple[InstalledPackage, ...]) -> str:
    for package in conda:
        if package.name == "python":
            return package.version.split(" ")[0]
    return python_version(prefix) or carried_python(prefix)


def _known(noted: Noted | None, stamp: str) -> str:
    return noted.fingerprint if noted and noted.stamp == stamp else ""


def _sha256_of(record: Path) -> str:
    try:
        found = json.loads(record.read_bytes()).get("sha256")
    except (ValueError, AttributeError):
        return _UNREADABLE
    return found or ""
