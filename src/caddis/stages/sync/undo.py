"""The way back: what a sync is about to change, kept until it has succeeded.

`PREFIX/.caddis/before` has the files that go or are written over, by hard links, so
that they cost no space. The mark `pending.json` comes last and lists what the sync
brings. While it stands the prefix can be made what it was, by the sync that failed or
by the next one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from caddis.model.prefix.pending import pending
from caddis.model.whole import whole_file
from caddis.stages.sync.check import owned_paths
from caddis.stages.sync.installed import InstalledPackage

WRITTEN_IN_PLACE = (
    "conda-meta/history",
    "conda-meta/pinned",
    "conda-meta/state",
    ".caddis/journal.json",
    ".caddis/caddis.lock",
    ".caddis/files.json",
)
"""What a sync itself writes; a link to such a file would change with it."""
_BEGUN = re.compile(
    r"(?:\.tmp|prefix_record_|\.refprobe-)[A-Za-z0-9]{6}|symtest_[0-9a-f-]{36}"
)
"""How uv and rattler call what is to get its name when it is whole, and that by which
rattler tries what the file system can do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    """What the way back has to delete."""

    everything: bool = False
    """Whatever stands in the prefix came from the sync."""
    brings: tuple[str, ...] = ()
    """Paths that the sync brings, relative to the prefix."""


def keep(prefix: Path, goes: Iterable[str], brings: Iterable[str]) -> None:
    """Prepare the way back from a sync that removes *goes* and writes *brings*."""
    brings = tuple(sorted({*brings, *WRITTEN_IN_PLACE}))
    for path in sorted({*goes, *brings}):
        _save(prefix / path, _before(prefix) / path)
    _write_mark(prefix, _Mark(brings=brings))


def keep_everything(prefix: Path) -> None:
    """Prepare the way back to all of *prefix* as it is; there may be nothing."""
    for path in _contents(prefix):
        _save(prefix / path, _before(prefix) / path)
    _write_mark(prefix, _Mark(everything=True))


def take_back(prefix: Path) -> bool:
    """Make *prefix* what it was before a sync that did not end; say if there was one.

    It may be killed as well: the mark goes when all is done.
    """
    mark = _read_mark(prefix)
    if mark is None:
        shutil.rmtree(_before(prefix), ignore_errors=True)
        return False
    saved = _before(prefix)
    if mark.everything:
        _clear(prefix)
    else:
        _sweep(prefix, mark.brings)
        changed = (p for p in mark.brings if not _is_same(saved / p, prefix / p))
        _remove(prefix, changed)
    for path in _files(saved):
        _put(saved / path, prefix / path)
    forget(prefix)
    return True


def forget(prefix: Path) -> None:
    """Give up the way back: all went well."""
    pending(prefix).unlink()
    shutil.rmtree(_before(prefix), ignore_errors=True)


def paths_of(prefix: Path, package: InstalledPackage) -> Iterator[str]:
    """Say where everything is that *package* has in *prefix*, its record included."""
    yield from owned_paths(prefix, package)
    yield package.record.relative_to(prefix).as_posix()
    if package.record.name == "RECORD":
        info = package.record.parent.relative_to(prefix)
        yield from ((info / path).as_posix() for path in _files(prefix / info))


def _before(prefix: Path) -> Path:
    return prefix / ".caddis" / "before"


def _read_mark(prefix: Path) -> _Mark | None:
    try:
        data = json.loads(pending(prefix).read_bytes())
        return _Mark(everything=data["everything"], brings=tuple(data["brings"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):
        # Nobody knows what came; with nothing seen every file is looked at.
        return _Mark(brings=(".caddis/files.json",))


def _write_mark(prefix: Path, mark: _Mark) -> None:
    data = {"everything": mark.everything, "brings": mark.brings}
    pending(prefix).parent.mkdir(parents=True, exist_ok=True)
    with whole_file(pending(prefix)) as file:
        os.write(file, json.dumps(data).encode())


def _save(path: Path, place: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISDIR(mode):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    in_place = path.as_posix().endswith(WRITTEN_IN_PLACE)
    _copy(path, place) if in_place else _link(path, place)


def _is_same(saved: Path, path: Path) -> bool:
    """Say whether a file was left alone: it is then the one that was saved."""
    try:
        return os.path.samestat(saved.lstat(), path.lstat())
    except (FileNotFoundError, NotADirectoryError):
        return False


def _put(saved: Path, path: Path) -> None:
    if _is_same(saved, path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    _link(saved, path)


def _link(path: Path, place: Path) -> None:
    try:
        os.link(path, place, follow_symlinks=False)
    except (OSError, NotImplementedError):
        # Not every file system, and not every system, has such links.
        _copy(path, place)


def _copy(path: Path, place: Path) -> None:
    shutil.copy2(path, place, follow_symlinks=False)


def _contents(prefix: Path) -> Iterator[str]:
    """List every file of *prefix* but those of caddis's own folder."""
    for path in _files(prefix):
        if not path.startswith(".caddis/"):
            yield path
    yield from (path for path in WRITTEN_IN_PLACE if path.startswith(".caddis/"))


def _files(folder: Path) -> Iterator[str]:
    """List the files below *folder*, and links to folders, relative to it."""
    for where, folders, names in os.walk(folder):
        links = (name for name in folders if os.path.islink(os.path.join(where, name)))
        for name in (*names, *links):
            yield Path(where, name).relative_to(folder).as_posix()


def _clear(prefix: Path) -> None:
    for path in prefix.iterdir():
        if path.name != ".caddis":
            _delete(path)
    _remove(prefix, (p for p in WRITTEN_IN_PLACE if p.startswith(".caddis/")))


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _sweep(prefix: Path, brings: Iterable[str]) -> None:
    """Remove what engines that were killed had only begun to write."""
    folders = {prefix, *((prefix / path).parent for path in brings)}
    for folder in folders:
        with suppress(FileNotFoundError, NotADirectoryError):
            for name in filter(_BEGUN.fullmatch, os.listdir(folder)):
                _delete(folder / name)


def _remove(prefix: Path, paths: Iterable[str]) -> None:
    """Remove files, the bytecode made of them, and the folders that are empty then."""
    modules: dict[Path, set[str]] = defaultdict(set)
    folders: set[Path] = set()
    for path in (prefix / text for text in paths):
        if path.is_dir() and not path.is_symlink():
            continue
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        folders.update(path.parents)
        if path.suffix == ".py":
            modules[path.parent / "__pycache__"].add(path.stem)
    for cache, stems in modules.items():
        for path in cache.glob("*.pyc"):
            if path.name.partition(".")[0] in stems:
                path.unlink(missing_ok=True)
        folders.add(cache)
    inside = (folder for folder in folders if prefix in folder.parents)
    for folder in sorted(inside, key=lambda each: len(each.parts), reverse=True):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()
