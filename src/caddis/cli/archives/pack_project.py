"""`caddis pack FOLDER`: a project, in an environment that is kept for it."""

from __future__ import annotations

import hashlib
import time
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.archives.recording import recording
from caddis.cli.console import Console
from caddis.cli.groups import chosen_groups
from caddis.cli.locking.job import lock_job
from caddis.cli.locking.kept_options import recall_options
from caddis.cli.locking.toolbox import make_toolbox
from caddis.cli.places import cache_folder

if TYPE_CHECKING:
    from caddis.stages.lock import LockSettings
    from caddis.stages.pack import Packed, Packer
    from caddis.workflow.environment import Wishes

_DAY = 24 * 3600
_UNUSED = 30 * _DAY
"""Seconds after which the environment of a project leaves the cache."""


def pack_folder(
    args: Namespace, packer: Packer, wishes: Wishes, console: Console
) -> Packed:
    """Find, lock, install and pack what the project of *args* needs."""
    from caddis.model.project import lock_of
    from caddis.workflow.environment import pack_prefix
    from caddis.workflow.locking import make_lock
    from caddis.workflow.project import sync_project

    toolbox = replace(
        make_toolbox(args),
        recording=lambda: recording(args, console),
    )
    path = lock_of(args.folder)
    recall_options(args, path)
    job = lock_job(args, path, toolbox=toolbox, narrator=console)
    kept = args.keep_prefix or _prefix_of(args.folder, job.settings)
    made = make_lock(job, toolbox=toolbox, narrator=console)
    sync_project(
        args.folder,
        made.without_project() if args.no_project else made,
        kept,
        settings=job.settings,
        toolbox=toolbox,
        narrator=console,
        groups=chosen_groups(args),
    )
    packed = pack_prefix(
        kept,
        Path(args.output),
        packer=packer,
        tools=toolbox.recording(),
        wishes=wishes,
        narrator=console,
    )
    if args.keep_prefix is None:
        _tidy(kept, console)
    return packed


def _tidy(used: Path, console: Console) -> None:
    """Remove from the cache the environments of projects that nobody packs any more."""
    from caddis.adapters.cache_folder import mark_used, remove_old_projects

    mark_used(used)
    since = time.time() - _UNUSED
    for item in remove_old_projects(cache_folder(), unused_since=since):
        console.note(f"{item.path} was removed: not packed for {_UNUSED // _DAY} days")


def _prefix_of(project: Path, settings: LockSettings) -> Path:
    """Give each project a prefix in the cache, so that a second pack is quick.

    One for each Python, and one for conda's: a prefix stays what it was made as.
    """
    place = project.resolve()
    kind = "conda" if settings.channels else "venv"
    recipe = f"{place}\0{kind}\0{settings.python}".encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(recipe).hexdigest()[:8]
    return cache_folder() / "envs" / f"{place.name}-{digest}"
