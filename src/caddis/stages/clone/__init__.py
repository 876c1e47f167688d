"""Clone: the same environment once more on this machine, as fast as links allow."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import PrefixError
from caddis.host import Host
from caddis.model.prefix.marks import is_environment
from caddis.ports.cloning import Sharer
from caddis.ports.progress import Reporter, Silent
from caddis.stages.clone.patch import DoesNotFit, patch
from caddis.stages.clone.plan import Action, ClonePlan, FilePlan, plan_clone
from caddis.stages.clone.records import update_records

__all__ = ["Action", "ClonePlan", "Cloned", "clone", "patch", "plan_clone"]

_UNTOUCHED = "conda-meta/history"
"""It tells what was done in the original; the paths in it stay true."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cloned:
    """What was done."""

    shared: int
    """Files that are on the disk once."""
    copied: int
    patched: tuple[str, ...]
    """Files in which the prefix was replaced."""
    way: str
    """How files were shared: `reflink`, `hard link` or `copy`."""
    stale: tuple[str, ...] = ()
    """Binary files of no package that still state the original's prefix."""


def clone(
    source: Path,
    prefix: Path,
    *,
    host: Host,
    sharer: Sharer,
    reporter: Reporter | None = None,
) -> Cloned:
    """Make *prefix* the same environment as *source*.

    Nothing is at *prefix* before everything is.

    Raises:
        PrefixError: *source* is no environment, or *prefix* is taken or too long.
    """
    source, prefix = Path(os.path.abspath(source)), Path(os.path.abspath(prefix))
    _check(source, prefix)
    reporter = reporter or Silent()
    plan = plan_clone(source, host=host)
    reporter.step(0, len(plan.files), "files")
    with _appears_whole(prefix) as top:
        for folder in plan.folders:
            os.mkdir(f"{top}/{folder}")
        sharer.share(source, top, [file.path for file in plan.of(Action.SHARE)])
        for file in plan.of(Action.COPY):
            shutil.copy2(f"{source}/{file.path}", f"{top}/{file.path}")
        for file in plan.of(Action.LINK):
            _link(file.path, source, top, prefix)
        patched, stale = _patch_all(plan, source, top, prefix)
        update_records(plan, patched, source, top)
    return Cloned(
        shared=len(plan.of(Action.SHARE)),
        copied=len(plan.files) - len(plan.of(Action.SHARE)),
        patched=tuple(patched),
        way=sharer.way,
        stale=tuple(stale),
    )


def _check(source: Path, prefix: Path) -> None:
    if not is_environment(source):
        raise PrefixError(
            f"{source} is not an environment",
            hint="Name the folder of a conda environment or of a venv.",
        )
    if prefix.is_relative_to(source):
        raise PrefixError(f"{prefix} is inside of {source}", hint="Choose another.")
    occupied = os.path.lexists(prefix)
    if occupied and not (prefix.is_dir() and not any(prefix.iterdir())):
        raise PrefixError(
            f"{prefix} exists and is not an empty folder",
            hint="Choose another prefix, or remove it first.",
        )


def _patch_all(
    plan: ClonePlan, source: Path, top: Path, prefix: Path
) -> tuple[dict[str, tuple[bytes, bytes]], list[str]]:
    """Copy what may hold the prefix.

    Gives old and new content of those that did, and names those in which it had to
    stay.
    """
    patched, stale = {}, []
    for file in plan.of(Action.PATCH):
        old = Path(source, file.path).read_bytes()
        new = old if file.path == _UNTOUCHED else _patched(file, old, source, prefix)
        target = f"{top}/{file.path}"
        with open(target, "wb") as stream:
            stream.write(new)
        shutil.copystat(f"{source}/{file.path}", target)
        if new != old:
            patched[file.path] = (old, new)
        elif b"\0" in old and os.fsencode(source) in old:
            stale.append(file.path)
    return patched, stale


def _patched(file: FilePlan, content: bytes, source: Path, prefix: Path) -> bytes:
    try:
        return patch(content, os.fsencode(source), os.fsencode(prefix), room=file.room)
    except DoesNotFit:
        if not file.room:
            # Built by somebody here: nobody left space for another prefix.
            return content
        raise PrefixError(
            f"{prefix} is too long a name: {file.path} has no space for it",
            hint="Choose a prefix that is no longer than the original's.",
        ) from None


def _link(path: str, source: Path, top: Path, prefix: Path) -> None:
    """Make the same symbolic link; one into the original leads into the clone."""
    target = Path(os.readlink(f"{source}/{path}"))
    if target.is_absolute() and target.is_relative_to(source):
        target = prefix / target.relative_to(source)
    os.symlink(target, f"{top}/{path}")


@contextmanager
def _appears_whole(prefix: Path) -> Iterator[Path]:
    """Give a folder that takes the name *prefix* when all went well."""
    prefix.parent.mkdir(parents=True, exist_ok=True)
    top = Path(tempfile.mkdtemp(prefix=f".{prefix.name}.", dir=prefix.parent))
    try:
        top.chmod(0o755)
        yield top
        os.replace(top, prefix)
    except BaseException:
        shutil.rmtree(top, ignore_errors=True)
        raise
