"""A conda package as a layer, as if it had been installed.

https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from caddis.errors import ArchiveError
from caddis.model.conda_paths import entry_points, place
from caddis.model.layers import Entry, Layer
from caddis.model.lock import LockedPackage
from caddis.model.prefix.conda_layer import (
    LARGEST_SCRIPT,
    CondaFile,
    package_layer,
    record_path,
    script_entry,
    unrelocated,
)
from caddis.model.prefix.dist_layer import Call
from caddis.ports.packages import Member, OpenedPackage
from caddis.stages.assemble.commands import Commands
from caddis.stages.assemble.order import winners

_INFO = "info/"
_HAS_PREFIX = re.compile(
    r'(?P<quote>"?)(?P<placeholder>[^" ]+)(?P=quote) (?P<mode>text|binary)'
    r' (?P<quote2>"?)(?P<path>.+)(?P=quote2)'
)
_OLD_PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3"
"""What stands in text files of packages that name a path and nothing else."""


def conda_layers(
    packages: Sequence[tuple[LockedPackage, OpenedPackage]],
    *,
    python: str,
    commands: Commands,
) -> tuple[Layer, ...]:
    """Make the layers of conda packages; *python* is the environment's, `3.11`.

    They come in the order of their records' names, as recording has them.

    Raises:
        ArchiveError: one is not a package as conda has it.
    """
    files = {
        locked.name: _read_files(locked, package, python=python, commands=commands)
        for locked, package in packages
    }
    paths = {name: [f.told["_path"] for f in each] for name, each in files.items()}
    owners = winners([locked for locked, _ in packages], paths)
    layers = {}
    for locked, package in packages:
        data = _data(locked, package)
        settled = (
            file._replace(shadowed=owners[file.told["_path"]] != locked.name)
            for file in files[locked.name]
        )
        layers[record_path(data)] = package_layer(data, settled)
    return tuple(layers[path] for path in sorted(layers))


def _read_files(
    locked: LockedPackage, package: OpenedPackage, *, python: str, commands: Commands
) -> list[CondaFile]:
    try:
        return list(_files(locked, package, python=python, commands=commands))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(
            f"{package.file.url} is not a conda package that caddis reads: {error!r}",
            hint="Ask who published it.",
        ) from None


def _files(
    locked: LockedPackage, package: OpenedPackage, *, python: str, commands: Commands
) -> Iterator[CondaFile]:
    record = record_path(_data(locked, package))
    for told in _paths(package):
        member = package.members.get(told["_path"])
        told = {**told, "_path": _place(told["_path"], locked, python, commands)}
        if not told["_path"].endswith((".pyc", ".pyo")):
            entry = _entry(told, member, record=record, commands=commands)
            yield CondaFile(told=told, entry=entry)
    for name, call in _entry_points(package) if locked.noarch == "python" else ():
        entry = commands.calling(name, call)
        kind = "windows_python_entry_point_exe"
        if not commands.host.exe:
            kind = "unix_python_entry_point"
        told = {"_path": entry.path, "path_type": kind}
        yield CondaFile(told=told, entry=entry)


def _data(locked: LockedPackage, package: OpenedPackage) -> dict[str, Any]:
    """Give what an installer would write about *locked*."""
    file = package.file
    return {
        "name": locked.name,
        "version": locked.version,
        "build": locked.build,
        "build_number": locked.build_number,
        "subdir": locked.subdir,
        "noarch": locked.noarch,
        "depends": locked.depends,
        "constrains": locked.constrains,
        "fn": unquote(PurePosixPath(urlsplit(file.url).path).name),
        "url": file.url,
        "md5": file.md5,
        "sha256": file.sha256,
        "size": file.size,
        "license": locked.license,
    }


def _paths(package: OpenedPackage) -> Iterator[Mapping[str, Any]]:
    content = package.read(f"{_INFO}paths.json")
    if content is not None:
        yield from json.loads(content)["paths"]
        return
    # Packages from before 2017 tell the same in three files.
    prefixes = dict(_old_prefixes(package))
    for path in sorted(package.members):
        if not path.startswith(_INFO):
            yield {"_path": path, **prefixes.get(path, {})}


def _old_prefixes(package: OpenedPackage) -> Iterator[tuple[str, dict[str, str]]]:
    text = (package.read(f"{_INFO}has_prefix") or b"").decode("utf-8")
    for line in filter(None, text.splitlines()):
        found = _HAS_PREFIX.fullmatch(line)
        if found is None:
            told = {"prefix_placeholder": _OLD_PLACEHOLDER, "file_mode": "text"}
            yield line.strip('"'), told
            continue
        yield (
            found["path"],
            {
                "prefix_placeholder": found["placeholder"],
                "file_mode": found["mode"],
            },
        )


def _place(path: str, locked: LockedPackage, python: str, commands: Commands) -> str:
    """Say where a file goes; those of noarch Python packages depend on Python."""
    if locked.noarch != "python":
        return path
    host = commands.host
    return place(path, site=host.site_packages(python), scripts=host.scripts)


def _entry(
    told: Mapping[str, Any], member: Member | None, *, record: str, commands: Commands
) -> Entry:
    path = str(told["_path"])
    if member is None:
        if told.get("path_type") == "directory":
            return Entry(path=path, folder=True)
        raise ValueError(f"it lacks {path}")
    if member.link:
        return Entry(path=path, link=member.link)
    edit = unrelocated(told, prefix="", record=record)
    if _may_be_script(path, member, commands):
        content = Path(member.source).read_bytes()
        kind = str(told.get("path_type", ""))
        script = script_entry(path, content, path_type=kind, edit=edit)
        if script is not None:
            return script
    return Entry(
        path=path, source=member.source, executable=member.executable, edit=edit
    )


def _may_be_script(path: str, member: Member, commands: Commands) -> bool:
    if commands.host.exe or not member.executable:
        return False
    if not path.startswith(f"{commands.host.scripts}/"):
        return False
    return Path(member.source).stat().st_size < LARGEST_SCRIPT


def _entry_points(package: OpenedPackage) -> Iterator[tuple[str, Call]]:
    content = package.read(f"{_INFO}link.json")
    for name, target in entry_points(json.loads(content) if content else {}):
        module, _, attribute = target.partition(":")
        yield name, Call(module=module.strip(), attribute=attribute.strip())
