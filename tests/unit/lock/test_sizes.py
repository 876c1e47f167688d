"""Sizes that an index does not tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.stages.lock.sizes import add_sizes


class _Sizes:
    """Knows some, and remembers what it was asked."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = known
        self.asked: list[str] = []

    def sizes(self, files: Iterable[LockedFile], *, folder: Path) -> Mapping[str, int]:
        urls = [file.url for file in files]
        self.asked += urls
        return {url: self._known[url] for url in urls if url in self._known}


def _lock(**sizes: int) -> Lock:
    packages = (
        LockedPackage(
            name=name,
            version="1.0",
            ecosystem=Ecosystem.PYPI,
            files=(LockedFile(url=name, sha256="00" * 32, size=size),),
        )
        for name, size in sizes.items()
    )
    part = PlatformLock(platform="linux-64", python="3.11", packages=tuple(packages))
    return Lock(platforms=(part,))


def test_only_sizes_that_nobody_told_are_asked_for() -> None:
    sizes = _Sizes({"a": 5})
    made = add_sizes(
        _lock(a=0, b=7, c=0), previous=None, sizes=lambda: sizes, folder=Path()
    )
    assert made == _lock(a=5, b=7, c=0)
    assert sizes.asked == ["a", "c"]


def test_what_was_locked_before_is_not_asked_again() -> None:
    sizes = _Sizes({})
    made = add_sizes(
        _lock(a=0), previous=_lock(a=9), sizes=lambda: sizes, folder=Path()
    )
    assert made == _lock(a=9)
    assert sizes.asked == []
