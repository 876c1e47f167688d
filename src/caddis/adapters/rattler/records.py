"""Records of packages: rattler's and ours, each way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from rattler import NoArchType, PackageRecord, RepoDataRecord
from rattler.package import BuildString

from caddis.adapters.rattler.specs import read_spec
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.model.urls import public

_NOARCH = {
    "": NoArchType(None),
    "generic": NoArchType("generic"),
    "python": NoArchType("python"),
}


def locked(record: RepoDataRecord) -> LockedPackage:
    """Turn what a solve chose into what a lock keeps."""
    sha256, md5 = record.sha256, record.md5
    return LockedPackage(
        name=record.name.normalized,
        version=str(record.version),
        ecosystem=Ecosystem.CONDA,
        files=(
            LockedFile(
                url=public(record.url),
                sha256=sha256.hex() if sha256 else "",
                size=record.size or 0,
                md5=md5.hex() if md5 else "",
            ),
        ),
        build=str(record.build),
        channel=public(record.channel),
        subdir=record.subdir,
        build_number=record.build_number,
        noarch=_noarch(record.noarch),
        depends=tuple(record.depends),
        constrains=tuple(record.constrains),
        license=record.license or "",
        site_packages=record.python_site_packages_path or "",
    )


def with_names(
    package: LockedPackage, pypi_names: Callable[[str], tuple[str, ...]]
) -> LockedPackage:
    """Name the distributions in *package*, if it depends on Python."""
    needs = {dependency.split()[0] for dependency in package.depends}
    if not (needs & {"python", "python_abi"} or package.noarch == "python"):
        return package
    return replace(package, provides=pypi_names(package.name))


def is_match(package: LockedPackage, spec: str) -> bool:
    """Say whether *package* fulfils *spec*, from whichever channel it is.

    A mirror's package is the same package.
    """
    bare = replace(package, files=package.files or (LockedFile(url="", sha256=""),))
    anywhere = read_spec(spec.rpartition("::")[2])
    return bool(anywhere.matches(record_of(bare)))


def record_of(package: LockedPackage) -> RepoDataRecord:
    """Turn what a lock keeps into what rattler installs."""
    file = package.files[0]
    record = PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString.new_unchecked(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        noarch=_NOARCH[package.noarch],
        depends=list(package.depends),
        constrains=list(package.constrains),
        sha256=bytes.fromhex(file.sha256) or None,
        md5=bytes.fromhex(file.md5) or None,
        size=file.size or None,
        license=package.license or None,
        python_site_packages_path=package.site_packages or None,
    )
    name = PurePosixPath(urlsplit(file.url).path).name
    return RepoDataRecord(record, name, file.url, package.channel)


def _noarch(kind: NoArchType) -> str:
    if kind.python:
        return "python"
    return "generic" if kind.generic else ""
