"""From what a user names to what can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from caddis.errors import ProjectError
from caddis.host import Host
from caddis.model.archive import Manifest
from caddis.model.difference import Side
from caddis.model.lock_file import parse_lock
from caddis.model.passing import passing_folder
from caddis.stages.declare import declare
from caddis.stages.diff import (
    side_of_archive,
    side_of_declaration,
    side_of_environment,
    sides_of_lock,
)
from caddis.stages.inventory import read_environment
from caddis.stages.translate import is_foreign, translate

_ARCHIVES = (".tar.zst", ".tar.gz", ".tgz", ".sh")
_DECLARATIONS = (".yml", ".yaml", ".toml", ".txt", ".in")


class Revisions(Protocol):
    """Anything that has files as they were."""

    def __call__(self, revision: str, path: str, *, folder: Path) -> bytes:
        """Give the content of *path*, relative to *folder*, in *revision*.

        Raises:
            ProjectError: there is no such file in that revision.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """What reading the sides of a comparison needs of the outside world."""

    host: Host
    revisions: Revisions
    manifest: Callable[[Path], Manifest]
    named: Callable[[str], Path]
    """Finds an environment by its name; raises PrefixError."""
    variables: Mapping[str, str]


def read_sides(text: str, *, readers: Readers) -> dict[str, Side]:
    """Read what *text* names, for each platform.

    That is a prefix, a lock of any tool, an archive, an environment.yml or another
    declaration, `REVISION:PATH` of a file in git, or an environment by its name.

    Raises:
        ProjectError: it is nothing of these.
        PrefixError: nothing of that name is anywhere.
    """
    path = Path(text)
    if path.is_dir():
        found = read_environment(path, host=readers.host)
        return side_of_environment(found, label=text)
    if path.is_file():
        return _read_file(path, text, readers)
    revision, colon, inside = text.partition(":")
    if colon and revision and inside:
        return _read_revision(revision, inside, text, readers)
    if "/" in text or path.suffix:
        raise ProjectError(f"there is no {text}", hint="Check the name.")
    found = read_environment(readers.named(text), host=readers.host)
    return side_of_environment(found, label=text)


def _read_revision(
    revision: str, path: str, label: str, readers: Readers
) -> dict[str, Side]:
    content = readers.revisions(revision, path, folder=Path())
    with passing_folder("diff") as folder:
        copy = folder / Path(path).name
        # What the file names beside itself is found where it is now.
        for entry in Path(path).absolute().parent.glob("*"):
            if entry.name != copy.name:
                copy.with_name(entry.name).symlink_to(entry)
        copy.write_bytes(content)
        return _read_file(copy, label, readers)


def _read_file(path: Path, label: str, readers: Readers) -> dict[str, Side]:
    if path.name.endswith(_ARCHIVES):
        return side_of_archive(readers.manifest(path), label=label)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return side_of_archive(readers.manifest(path), label=label)
    if is_foreign(path.name, text):
        lock = translate(path.name, text, platform=readers.host.platform)
        return sides_of_lock(lock, label=label, folder=path.parent, is_foreign=True)
    if path.name.endswith(_DECLARATIONS):
        declared = declare(path.parent, (path,), variables=readers.variables)
        return side_of_declaration(declared, label=label, folder=path.parent)
    lock = parse_lock(text, where=label)
    return sides_of_lock(lock, label=label, folder=path.parent)
