"""The options that a lock is made with: it keeps them for later comparisons."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from caddis.cli.asked_python import version_of
from caddis.model.project import folder_of
from caddis.model.urls import public

_KEPT = {
    "file": "-f",
    "python": "--python",
    "virtual_package": "--virtual-package",
    "exclude_newer": "--exclude-newer",
    "without": "--without",
    "wanted": "--with",
    "channel": "-c",
    "index_url": "-i",
    "extra_index_url": "--extra-index-url",
    "find_links": "--find-links",
}
"""Platforms are not among them: they stand in a lock anyway."""
_PLACES = ("file", "find_links")
"""Of these, what the lock tells from the project's folder."""


def given_options(args: Namespace) -> tuple[str, ...]:
    """List what of *args* decides a lock, as the lock keeps it."""
    return tuple(_given(args))


def _given(args: Namespace) -> Iterator[str]:
    for name, option in _KEPT.items():
        value = getattr(args, name)
        for each in value if isinstance(value, list) else filter(None, [value]):
            yield from (option, _kept(name, str(each), folder_of(args.folder)))


def _kept(name: str, value: str, folder: Path) -> str:
    if name == "python":
        return version_of(value)
    if name in _PLACES and "://" not in value:
        return Path(os.path.relpath(value, folder)).as_posix()
    return public(value)


def named_files(project: Path, lock: Path) -> list[Path]:
    """List the files that *lock*, of *project*, was told to read with -f."""
    options = _options_in(lock)
    pairs = zip(options[::2], options[1::2], strict=False)
    return [folder_of(project) / value for option, value in pairs if option == "-f"]


def recall_options(args: Namespace, lock: Path) -> None:
    """Take the options that *lock* was made with where *args* has none."""
    # Here, because a first lock has none to recall.
    from caddis.cli.locking.options import add_lock_options

    parser = ArgumentParser(add_help=False)
    add_lock_options(parser)
    kept, _ = parser.parse_known_args(_options_in(lock))
    for name in _KEPT:
        value = getattr(kept, name)
        if name in _PLACES:
            value = [_beside(each, folder_of(args.folder)) for each in value]
        if not getattr(args, name):
            setattr(args, name, value)


def _options_in(lock: Path) -> tuple[str, ...]:
    # Here, because a first lock has none before it.
    from caddis.model.lock_file import options_in

    return options_in(lock)


def _beside(place: str | Path, folder: Path) -> str | Path:
    """Give *place* from the current folder, a text for a text."""
    return place if "://" in str(place) else type(place)(folder / place)
