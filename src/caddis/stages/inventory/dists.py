"""The PyPI distributions of a prefix, and where each came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.model.prefix.dist_info import (
    DistHead,
    RecordRow,
    read_direct_url,
    read_head,
    read_installer,
    read_record,
)
from caddis.model.prefix.journal import Journal, stamp_of
from caddis.model.requirements import Ecosystem
from caddis.model.urls import public
from caddis.stages.inventory.checkout import read_checkout


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundDist:
    """One distribution that no conda package brought."""

    info: Path
    package: LockedPackage
    head: DistHead
    installer: str
    """`pip`, `uv` …; empty when it does not tell."""
    marked: bool
    """Whether it has the mark REQUESTED."""
    noted: bool
    """Whether caddis's journal knows this very installation."""
    rows: tuple[RecordRow, ...]
    checkout: str = ""
    """`git+URL@COMMIT`, for an editable one from a checkout in the prefix itself."""


def read_dists(
    prefix: Path,
    site: str,
    *,
    of_conda: frozenset[str],
    journal: Journal,
    applied: Lock,
) -> list[FoundDist]:
    """Describe the distributions in folder *site*, in order of name.

    *of_conda* are the metadata folders that belong to conda packages, *applied* the
    lock that the journal is about.
    """
    known = {
        p.name: p
        for part in applied.platforms
        for p in part.packages
        if p.ecosystem is Ecosystem.PYPI
    }
    found = [
        _read_dist(info, site, journal, known, prefix)
        for info in _infos(prefix / site)
        if f"{site}/{info.name}" not in of_conda
    ]
    return sorted(found, key=lambda dist: dist.package.name)


def _infos(folder: Path) -> Iterator[Path]:
    for info in folder.glob("*.dist-info"):
        # An interrupted uninstall leaves folders that begin with a tilde.
        if (info / "METADATA").is_file() and not info.name.startswith("~"):
            yield info
    for info in folder.glob("*.egg-info"):
        if info.is_file() or (info / "PKG-INFO").is_file():
            yield info


def _read_dist(
    info: Path,
    site: str,
    journal: Journal,
    known: Mapping[str, LockedPackage],
    prefix: Path,
) -> FoundDist:
    head = read_head(info)
    note = journal.pypi.get(head.name)
    noted = note is not None and note.stamp == stamp_of(info / "RECORD")
    locked = known.get(head.name) if noted else None
    origin = read_direct_url(info)
    source = _source(head.name, origin)
    checkout = _checkout(source, prefix)
    return FoundDist(
        info=info,
        head=head,
        installer=read_installer(info),
        marked=(info / "REQUESTED").exists(),
        noted=noted,
        rows=_rows(info, site),
        package=LockedPackage(
            name=head.name,
            version=head.version,
            ecosystem=Ecosystem.PYPI,
            files=_files(origin) or (locked.files if locked else ()),
            channel=locked.channel if locked else "",
            depends=head.requires,
            extras=locked.extras if locked else (),
            source=f"{head.name} @ {checkout}" if checkout else source,
        ),
        checkout=checkout,
    )


def _rows(info: Path, site: str) -> tuple[RecordRow, ...]:
    try:
        return tuple(read_record((info / "RECORD").read_bytes(), site))
    except (OSError, ValueError):
        return ()


def _files(origin: Mapping[str, Any]) -> tuple[LockedFile, ...]:
    """Name the archive that a direct URL leads to, with its hash."""
    if "archive_info" not in origin:
        return ()
    about = origin["archive_info"]
    digest = about.get("hashes", {}).get("sha256", "")
    if not digest and str(about.get("hash", "")).startswith("sha256="):
        digest = about["hash"].removeprefix("sha256=")
    return (LockedFile(url=public(origin["url"]), sha256=digest),)


def _source(name: str, origin: Mapping[str, Any]) -> str:
    """Give the direct reference as pip takes it; empty for what an index had."""
    if not origin:
        return ""
    url = public(str(origin["url"]))
    below = origin.get("subdirectory")
    fragment = f"#subdirectory={below}" if below else ""
    if "vcs_info" in origin:
        vcs = origin["vcs_info"]
        return f"{name} @ {vcs['vcs']}+{url}@{vcs['commit_id']}{fragment}"
    if origin.get("dir_info", {}).get("editable"):
        return f"-e {_path(url)}"
    return f"{name} @ {url}{fragment}"


def _checkout(source: str, prefix: Path) -> str:
    """Name the commit that an editable inside of *prefix* is at."""
    folder = Path(source.removeprefix("-e "))
    if not source.startswith("-e ") or not folder.is_relative_to(prefix):
        return ""
    return read_checkout(folder)


def _path(url: str) -> str:
    path = unquote(urlsplit(url).path)
    on_a_drive = path[2:3] == ":"
    return path[1:] if on_a_drive else path
