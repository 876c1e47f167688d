"""What changed between two versions of a package, as patches of groups of files.

A file that the old version has byte for byte is taken from there. The others are put
in groups, each of which becomes one patch against the old files that are most like
them: so small files share what they have in common, and a large package needs no more
memory than a small one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Lock

from caddis.model.archive import FrameOf
from caddis.model.delta import Group, Made
from caddis.ports.deltas import Patches
from caddis.stages.delta.reading import Frames, Listed, Span

_GROUP = 32 * 2**20
"""Bytes of new files in one patch; a larger file is alone in its own."""
_LARGEST_PATCHED = 96 * 2**20
"""Bytes of old and new files; a larger file is compressed by itself, as a patch takes
the memory of both, twice over."""
_LARGE = 32 * 2**20
"""The same; of larger patches no two are made at once."""
_CHUNK = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """How a layer is made out of its other version."""

    entries: tuple[Made, ...]
    groups: tuple[Group, ...]
    patches: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Making:
    """What patches are made with."""

    patches: Patches
    folder: Path
    """Where they are written, each layer's in a folder of its own."""
    large: Lock = field(default_factory=Lock)
    """Held while a large one is made."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """Files that will share a patch."""

    new: tuple[Made, ...]
    old: tuple[str, ...]


def make_changed(
    old: tuple[Frames, Span], new: tuple[Frames, Span], making: Making
) -> Changed:
    """Compare two layers file by file and make the patches between them."""
    there = {each.entry.path: each for each in old[0].entries(old[1])}
    listed = list(new[0].entries(new[1]))
    kept = {each.entry.path for each in listed if _is_there(each, there)}
    changed = [each.entry for each in listed if each.entry.path not in kept]
    counterpart = _counterparts(changed, there, old[1][0], new[1][0])
    planned = list(plan_groups(changed, counterpart, there))
    number = {e.path: n for n, group in enumerate(planned) for e in group.new}
    entries = tuple(
        replace(each.entry, group=number.get(each.entry.path, -1)) for each in listed
    )
    folder = Path(mkdtemp(dir=making.folder))
    written = tuple(folder / f"patch-{n}" for n in range(len(planned)))
    with TemporaryDirectory(dir=folder) as files:
        before = _extract(old, {p for g in planned for p in g.old}, Path(files, "old"))
        after = _extract(new, set(number), Path(files, "new"))
        groups = tuple(
            _make_group(group, before, after, out, making)
            for group, out in zip(planned, written, strict=True)
        )
    return Changed(entries=entries, groups=groups, patches=written)


def plan_groups(
    changed: list[Made], counterpart: Mapping[str, str], there: Mapping[str, Listed]
) -> Iterator[_Planned]:
    """Share *changed* out into groups, in their order."""
    waiting: list[Made] = []
    for entry in changed:
        if entry.link or entry.folder:
            continue
        if waiting and sum(e.size for e in waiting) + entry.size > _GROUP:
            yield _planned(waiting, counterpart, there)
            waiting = []
        waiting.append(entry)
    if waiting:
        yield _planned(waiting, counterpart, there)


def _planned(
    entries: list[Made], counterpart: Mapping[str, str], there: Mapping[str, Listed]
) -> _Planned:
    old = dict.fromkeys(counterpart[e.path] for e in entries if e.path in counterpart)
    size = sum(there[path].entry.size for path in old)
    size += sum(entry.size for entry in entries)
    return _Planned(tuple(entries), tuple(old) if size <= _LARGEST_PATCHED else ())


def _is_there(new: Listed, there: Mapping[str, Listed]) -> bool:
    """Say whether the old layer has this file, with this content, in this place."""
    old = there.get(new.entry.path)
    if new.entry.link or new.entry.folder:
        return True
    return old is not None and bool(old.sha256) and old.sha256 == new.sha256


def _counterparts(
    changed: list[Made], there: Mapping[str, Listed], old: FrameOf, new: FrameOf
) -> dict[str, str]:
    """Find the old file of each new one: of its path, but for the version in it."""
    found = {}
    for entry in changed:
        for path in (entry.path, entry.path.replace(new.version, old.version)):
            if path in there and there[path].sha256:
                found[entry.path] = path
                break
    return found


def _extract(
    source: tuple[Frames, Span], paths: set[str], folder: Path
) -> dict[str, Path]:
    """Write *paths* of a layer to files of any name."""
    folder.mkdir()
    frames, span = source
    files: dict[str, Path] = {}
    for path, pieces in frames.files(span, paths):
        files[path] = folder / str(len(files))
        with files[path].open("wb") as file:
            file.writelines(pieces)
    return files


def _make_group(
    group: _Planned,
    before: Mapping[str, Path],
    after: Mapping[str, Path],
    out: Path,
    making: Making,
) -> Group:
    """Write the patch of *group* to *out*."""
    old = [before[path] for path in group.old]
    new = [after[entry.path] for entry in group.new]
    old_size, new_size = _size(old), _size(new)
    digest = hashlib.sha256()
    with making.large if old_size + new_size > _LARGE else nullcontext():
        if old:
            patch = iter((making.patches.make(_content(old), _content(new)),))
        else:
            patch = making.patches.fold(_pieces(new))
        with out.open("wb") as file:
            for piece in patch:
                digest.update(piece)
                file.write(piece)
    return Group(
        old=group.old,
        old_size=old_size,
        new_size=new_size,
        patch_size=out.stat().st_size,
        patch_sha256=digest.hexdigest(),
    )


def _size(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _content(files: Iterable[Path]) -> bytes:
    return b"".join(file.read_bytes() for file in files)


def _pieces(files: Iterable[Path]) -> Iterator[bytes]:
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
