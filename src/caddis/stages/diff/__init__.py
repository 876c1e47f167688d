"""Diff: what changes from one environment to another, whatever each is told by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from packaging.requirements import InvalidRequirement, Requirement

from caddis.model.changed_file import FileState
from caddis.model.difference import (
    ChangeKind,
    Difference,
    FileChange,
    PackageChange,
    SettingChange,
    Side,
    Wish,
)
from caddis.model.direct import has_revision, without_extras
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.model.versions import minor
from caddis.ports.conda import SpecMatcher
from caddis.stages.diff.sides import (
    side_of_archive,
    side_of_declaration,
    side_of_environment,
    sides_of_lock,
)
from caddis.stages.diff.sizes import compare_totals, growth

__all__ = [
    "diff",
    "side_of_archive",
    "side_of_declaration",
    "side_of_environment",
    "sides_of_lock",
]


def diff(
    old: Mapping[str, Side], new: Mapping[str, Side], *, matcher: SpecMatcher
) -> Difference:
    """Say what changes from *old* to *new*, each a side for every platform.

    A side that is for any platform, as an environment.yml, has the key `""`. Where
    one side knows one platform only, that one is compared.
    """
    platforms = _platforms(old, new)
    empty = Side(label="")
    pairs = {
        name: (_pick(old, name) or empty, _pick(new, name) or empty)
        for name in platforms
    }
    by_platform = {
        name: tuple(_packages(*pair, matcher)) for name, pair in pairs.items()
    }
    files = {f for pair in pairs.values() for f in _files(*pair)}
    totals = compare_totals(pairs.values())
    return Difference(
        old=next(iter(old.values())).label,
        new=next(iter(new.values())).label,
        packages=tuple(
            sorted(_merge(by_platform), key=lambda c: (c.name, c.platforms))
        ),
        files=tuple(sorted(files, key=lambda file: (file.path, file.label))),
        old_size=totals.old,
        new_size=totals.new,
        measure=totals.measure,
        settings=_settings(next(iter(old.values())), next(iter(new.values()))),
    )


def _platforms(old: Mapping[str, Side], new: Mapping[str, Side]) -> list[str]:
    for side in (old, new):
        if len(side) == 1 and "" not in side:
            return list(side)
    return sorted({*old, *new} - {""}) or [""]


def _pick(sides: Mapping[str, Side], platform: str) -> Side | None:
    return sides.get(platform) or sides.get("")


def _packages(old: Side, new: Side, matcher: SpecMatcher) -> Iterator[PackageChange]:
    if old.wishes is not None and new.wishes is not None:
        yield from _wishes(old.wishes, new.wishes)
    elif old.wishes is not None:
        yield from _unmet(old.wishes, new, matcher, wished_first=True)
    elif new.wishes is not None:
        yield from _unmet(new.wishes, old, matcher, wished_first=False)
    else:
        yield from _exact(old, new)


def _exact(old: Side, new: Side) -> Iterator[PackageChange]:
    if old.python and new.python and not _starts_alike(old.python, new.python):
        both = "python" in old.packages and "python" in new.packages
        if not both:
            yield _change("python", old.python, new.python)
    sources = old.knows_sources and new.knows_sources
    for name in {**old.packages, **new.packages}:
        before, after = old.packages.get(name), new.packages.get(name)
        told = _describe(before), _describe(after)
        if before is not None and after is not None:
            if _same(before, after, sources=sources):
                continue
            told = _differing(before, after)
        yield _change(name, *told, grew=growth(name, old, new))


def _differing(before: LockedPackage, after: LockedPackage) -> tuple[str, str]:
    """Describe both so that what differs is told, and nothing else."""
    old, new = before.version, after.version
    if before.build and after.build and before.build != after.build:
        old, new = f"{old} {before.build}", f"{new} {after.build}"
    if before.ecosystem is not after.ecosystem:
        old, new = (
            f"{old} ({before.ecosystem.value})",
            f"{new} ({after.ecosystem.value})",
        )
    if before.source != after.source:
        old, new = before.source or old, after.source or new
    if old == new:
        old, new = f"{old} {_file(before)}", f"{new} {_file(after)}"
    return old.strip(), new.strip()


def _same(before: LockedPackage, after: LockedPackage, *, sources: bool) -> bool:
    if before.ecosystem is not after.ecosystem:
        return False
    if sources and before.source != after.source:
        return False
    # A lock does not tell the version of what is built when it is installed.
    both = before.version and after.version
    if both and before.version != after.version:
        return False
    if before.build and after.build and before.build != after.build:
        return False
    ours = {file.sha256 for file in before.files if file.sha256}
    theirs = {file.sha256 for file in after.files if file.sha256}
    return not (ours and theirs and ours.isdisjoint(theirs))


def _wishes(
    old: Mapping[str, Wish], new: Mapping[str, Wish]
) -> Iterator[PackageChange]:
    for name in {**old, **new}:
        before, after = _words(old.get(name)), _words(new.get(name))
        if before != after:
            yield _change(name, before, after)


def _unmet(
    wishes: Mapping[str, Wish], side: Side, matcher: SpecMatcher, *, wished_first: bool
) -> Iterator[PackageChange]:
    """Yield the wishes that *side* does not fulfil; what else it has is no matter."""
    for name, wish in wishes.items():
        package = side.packages.get(name)
        if not _applies(wish, side.python):
            continue
        if package is not None and _fulfils(package, wish, matcher):
            continue
        told = _words(wish)
        found = _describe(package)
        yield _change(name, *((told, found) if wished_first else (found, told)))


def _applies(wish: Wish, python: str) -> bool:
    """Say whether the marker of *wish* is true, for Python's version *python*."""
    if wish.ecosystem is Ecosystem.CONDA:
        return True
    try:
        marker = Requirement(wish.spec).marker
    except InvalidRequirement:
        return True
    short = minor(python)
    about = {"python_version": short, "python_full_version": python} if python else {}
    return marker is None or marker.evaluate(about)


def _fulfils(package: LockedPackage, wish: Wish, matcher: SpecMatcher) -> bool:
    if wish.ecosystem is Ecosystem.CONDA:
        is_conda = package.ecosystem is Ecosystem.CONDA
        return is_conda and matcher.matches(wish.spec, package)
    if wish.source:
        return has_revision(package.source, wish.source)
    try:
        wanted = Requirement(wish.spec)
    except InvalidRequirement:
        return False
    return wanted.specifier.contains(package.version, prereleases=True)


def _settings(old: Side, new: Side) -> tuple[SettingChange, ...]:
    """Compare what is set for all platforms alike."""
    if old.settings is None or new.settings is None:
        return ()
    pairs = (
        (name, old.settings.get(name, ""), new.settings.get(name, ""))
        for name in sorted({*old.settings, *new.settings})
    )
    return tuple(
        SettingChange(name=name, old=before, new=after)
        for name, before, after in pairs
        if before != after
    )


def _files(old: Side, new: Side) -> Iterator[FileChange]:
    """Yield the files that are changed on one side and not on the other."""
    told = (FileState.EDITED, FileState.MISSING)
    for side, other in ((old, new), (new, old)):
        there = {(file.path, file.state) for file in other.files}
        for file in side.files:
            if file.state in told and (file.path, file.state) not in there:
                yield FileChange(
                    path=file.path,
                    package=file.package,
                    state=file.state.value,
                    label=side.label,
                )


def _merge(
    by_platform: Mapping[str, tuple[PackageChange, ...]],
) -> Iterator[PackageChange]:
    """Tell a change that is the same on several platforms once."""
    places: dict[PackageChange, list[str]] = {}
    for platform, changes in by_platform.items():
        for change in changes:
            places.setdefault(replace(change, grew=0), []).append(platform)
    sizes = {replace(c, grew=0): c.grew for cs in by_platform.values() for c in cs}
    for change, platforms in places.items():
        everywhere = len(platforms) == len(by_platform)
        yield replace(
            change,
            grew=sizes[change] if len(platforms) == 1 else 0,
            platforms=() if everywhere else tuple(platforms),
        )


def _change(name: str, old: str, new: str, *, grew: int = 0) -> PackageChange:
    kind = ChangeKind.CHANGED
    if not old:
        kind = ChangeKind.ADDED
    elif not new:
        kind = ChangeKind.REMOVED
    return PackageChange(kind=kind, name=name, old=old, new=new, grew=grew)


def _describe(package: LockedPackage | None) -> str:
    if package is None:
        return ""
    return package.source or f"{package.version} {package.build}".strip()


def _words(wish: Wish | None) -> str:
    if wish is None:
        return ""
    extras = ",".join(sorted(without_extras(wish.spec)[1])) if wish.source else ""
    words = wish.source or " ".join(wish.spec.split())
    return f"{words}[{extras}]" if extras else words


def _file(package: LockedPackage) -> str:
    return f"sha256:{package.files[0].sha256[:12]}" if package.files else ""


def _starts_alike(one: str, other: str) -> bool:
    """Say whether one version is the other, or its beginning: `3.11` and `3.11.7`."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
