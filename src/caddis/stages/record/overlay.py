"""The last layer: what no package owns, and what was changed after installation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Set
from pathlib import Path

from caddis.model.layers import Entry, Layer, LayerKind, Unrelocated
from caddis.model.modes import is_executable
from caddis.model.prefix.history import public_history
from caddis.model.prefix.scripts import portable_script
from caddis.model.urls import public
from caddis.stages.record.conda import relative_link
from caddis.stages.record.placed import (
    LARGEST_TEXT,
    PLACEHOLDER,
    placed,
    stays,
    told_stuck,
)

_FOLDERS_LEFT_OUT = frozenset({"__pycache__", ".caddis"})
_AT_ROOT_LEFT_OUT = frozenset(
    {"envs", "pkgs", "conda-bld", ".cache", "__clobbers__", "CACHEDIR.TAG"}
)
"""Other environments, caches, and traces of rattler."""
_OF_PIXI = frozenset(
    f"conda-meta/{name}"
    for name in ("pixi", "pixi_env_prefix", ".pixi-environment-fingerprint")
)
"""Where pixi notes which project on this machine the environment belongs to."""
_HISTORY = "conda-meta/history"
_SECRETS = frozenset({".netrc", "_netrc", ".pypirc", ".git-credentials", ".npmrc"})
"""Files that are made to hold passwords; they never go along."""
_MAY_NAME_URLS = frozenset(
    "state pinned pip.conf .condarc condarc uv.toml direct_url.json".split()
)
"""Settings and records in which a URL may have a password or a token."""
_ENDINGS_LEFT_OUT = (".pyc", ".pyo", ".c~", ".lock")


def read_overlay(
    prefix: Path,
    *,
    embedded: str,
    owned: Set[str],
    note: Callable[[str], object],
) -> Layer:
    """List what stands in *prefix* and is not *owned*.

    *embedded* is the prefix that stands in its files.
    """
    entries = []
    for path in _walk(prefix, owned):
        source = prefix / path
        entry = _entry(path, source, prefix, embedded, note)
        if source.name in _SECRETS:
            note(f"{path} was left out: it is made to hold passwords")
        elif entry is None:
            note(f"{path} was left out: it cannot be read or leads out of the prefix")
        else:
            entries.append(entry)
    return Layer(
        name="overlay",
        kind=LayerKind.OVERLAY,
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
    )


def _walk(prefix: Path, owned: Set[str]) -> Iterator[str]:
    """Yield files, links and empty folders that are not *owned*, from *prefix* on."""
    waiting = [""]
    while waiting:
        start = waiting.pop()
        try:
            names, folders = _children(f"{prefix}/{start}", at_root=not start)
        except OSError:
            continue
        for name in names:
            path = start + name
            if path in owned or path in _OF_PIXI:
                continue
            if not name.endswith(_ENDINGS_LEFT_OUT):
                yield path
        waiting += [f"{start}{name}/" for name in folders]
        if not names and not folders and start and start[:-1] not in owned:
            yield start[:-1]


def _children(folder: str, *, at_root: bool) -> tuple[list[str], list[str]]:
    """List the files and links in *folder*, and the folders in it that count."""
    unwanted = _FOLDERS_LEFT_OUT | _AT_ROOT_LEFT_OUT if at_root else _FOLDERS_LEFT_OUT
    names: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as found:
        for each in found:
            name = each.name
            if name not in unwanted:
                kind = folders if each.is_dir(follow_symlinks=False) else names
                kind.append(name)
    return names, folders


def _entry(
    path: str,
    source: Path,
    prefix: Path,
    embedded: str,
    note: Callable[[str], object],
) -> Entry | None:
    if source.is_symlink():
        return _link(path, source, prefix)
    if source.is_dir():
        return Entry(path=path, folder=True)
    if not source.is_file() or not os.access(source, os.R_OK):
        return None
    if path == _HISTORY:
        return _history(source, embedded)
    status = source.stat()
    executable = bool(status.st_mode & 0o111)
    if status.st_size > LARGEST_TEXT:
        return Entry(path=path, source=os.fspath(source), executable=executable)
    content = source.read_bytes()
    if source.name in _MAY_NAME_URLS:
        content, raw = _without_credentials(content), content
        if content != raw:
            return Entry(path=path, source=content, executable=executable)
    script = portable_script(content) if executable else None
    if script is not None:
        return Entry(path=path, source=script, executable=True)
    if stays(content, embedded):
        note(told_stuck(path, embedded))
    return Entry(
        path=path,
        source=os.fspath(source),
        executable=executable,
        edit=placed(content, embedded),
    )


def _history(source: Path, embedded: str) -> Entry:
    """Take conda's notes of its commands without secrets and days."""
    text = source.read_bytes().decode("utf-8", "surrogateescape")
    text = public_history(text)
    without = text.replace(embedded, PLACEHOLDER)
    edit = Unrelocated(prefix=embedded, placeholder=PLACEHOLDER)
    return Entry(
        path=_HISTORY,
        source=without.encode("utf-8", "surrogateescape"),
        edit=edit if without != text else None,
    )


def _without_credentials(content: bytes) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    return public(text).encode("utf-8", "surrogateescape")


def _link(path: str, source: Path, prefix: Path) -> Entry | None:
    """Keep a link that stays inside; take the file that one leads to outside."""
    target = relative_link(source, prefix)
    inside = os.path.normpath(os.path.join(os.path.dirname(path), target))
    if not os.path.isabs(target) and not inside.startswith(".."):
        return Entry(path=path, link=target)
    real = source.resolve()
    if not real.is_file():
        return None
    return Entry(path=path, source=os.fspath(real), executable=is_executable(real))
