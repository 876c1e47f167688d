"""What a lock is made for and how: by options, declarations and the lock before it."""

from __future__ import annotations

import os
import re
import shlex
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.asked_python import running_python, version_of
from caddis.cli.here import refuse_all_there_is
from caddis.cli.locking.cutoffs import lasting_cutoff
from caddis.cli.locking.kept_options import given_options
from caddis.errors import CheckFailed, ProjectError, UsageError
from caddis.host import this_host
from caddis.model.channels import in_full
from caddis.model.project import LOCK_NAME
from caddis.model.versions import minor

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.model.lock import Lock
    from caddis.ports.progress import Narrator
    from caddis.stages.lock import LockSettings
    from caddis.workflow.locking import LockJob
    from caddis.workflow.toolbox import Toolbox


_NEWEST = "exclude-newer"


def lock_job(
    args: Namespace, path: Path, *, toolbox: Toolbox, narrator: Narrator
) -> LockJob:
    """Find out what the project of *args* needs, and how to lock it in *path*.

    Raises:
        ProjectError: a declaration or the lock in *path* cannot be read.
        UnknownImportError: an import has no package that evidence supports.
    """
    from caddis.workflow.locking import LockJob, previous_lock

    needs = _needs(args, toolbox, narrator)
    previous = previous_lock(path, upgrade=args.upgrade)
    settings = _settings(args, needs, previous)
    return LockJob(path=path, needs=needs, settings=settings, previous=previous)


def _needs(args: Namespace, toolbox: Toolbox, narrator: Narrator) -> Declaration:
    """Read what the project of *args* declares, or else what its code imports."""
    from caddis.workflow.project import find_needs

    if not args.file:
        refuse_all_there_is(args.folder)
    found = find_needs(
        args.folder,
        files=args.file,
        channels=args.channel,
        toolbox=toolbox,
        variables=os.environ,
        narrator=narrator,
    )
    return found.leaving_out(_normalized(args.without), but=_normalized(args.wanted))


def _settings(
    args: Namespace, declared: Declaration, previous: Lock | None
) -> LockSettings:
    """Say how to lock: options go first, then what the project declares.

    Where both are silent the *previous* lock decides, so that a lock does not change
    by being made on another machine.
    """
    from caddis.adapters.uv.own_settings import own_settings, own_word
    from caddis.model.project import folder_of
    from caddis.stages.lock import LockSettings

    folder = folder_of(args.folder)
    own_index = (args.index_url,) if args.index_url else ()
    return LockSettings(
        platforms=tuple(args.platform) or declared.platforms or _platforms(previous),
        python=_python(args, declared, previous),
        channels=in_full(args.channel) or declared.channels,
        indexes=(*own_index, *args.extra_index_url, *declared.indexes),
        find_links=(*args.find_links, *declared.find_links),
        pip_options=declared.pip_options,
        constraints=declared.constraints,
        variables=tuple(f"{name}={text}" for name, text in declared.variables.items()),
        virtual_packages=tuple(args.virtual_package) or declared.virtual_packages,
        exclude_newer=lasting_cutoff(
            args.exclude_newer or declared.exclude_newer or own_word(folder, _NEWEST),
            previous,
            moves=args.upgrade or bool(args.upgrade_package),
        ),
        engine_settings=own_settings(folder),
        options=given_options(args),
        folder=folder,
        upgrade=args.upgrade,
        upgrade_packages=_normalized(args.upgrade_package),
    )


def _normalized(names: Sequence[str]) -> frozenset[str]:
    if not names:
        return frozenset()
    from caddis.model.dist_names import normalize

    for name in names:
        if not re.fullmatch(r"[\w.-]+", name):
            raise UsageError(
                f"{name!r} is no name",
                hint="Name a package alone; which version, the declaration says.",
            )
    return frozenset(map(normalize, names))


def check_lock(job: LockJob) -> None:
    """Compare the lock that is there with what is needed, without a solve.

    Raises:
        CheckFailed: it does not match, or there is none.
    """
    if job.previous is None:
        raise CheckFailed(f"There is no {job.path}", hint="Make it with: caddis lock")
    if not job.is_done:
        raise CheckFailed(
            f"{job.path} does not match what is asked for now",
            hint=f"Bring it up to date with: {_command_for(job.previous, job.path)}",
        )


def _command_for(lock: Lock, path: Path) -> str:
    """Say how *lock* in *path* is made again."""
    script = path.name.removesuffix(LOCK_NAME).removesuffix(".")
    return shlex.join(("caddis", "lock", *filter(None, [script]), *lock.options))


def _platforms(previous: Lock | None) -> tuple[str, ...]:
    if previous is None:
        return (this_host().platform,)
    return tuple(part.platform for part in previous.platforms)


def _python(args: Namespace, declared: Declaration, previous: Lock | None) -> str:
    """Choose the version to lock for.

    Raises:
        ProjectError: it is not one that the project runs on.
    """
    locked = previous.platforms[0].python if previous and previous.platforms else ""
    asked = version_of(args.python) or version_of(declared.python)
    python = asked or minor(locked) or running_python()
    if not declared.requires_python:
        return python
    from caddis.cli.asked_python import nearest_python

    found = nearest_python(python, declared.requires_python)
    if found is None or (asked and found != asked):
        raise ProjectError(
            f"{declared.files[0]} asks for Python {declared.requires_python},"
            f" and this is for {python}",
            hint=f"Choose one that it runs on: --python {found or 'VERSION'}",
        )
    return found
