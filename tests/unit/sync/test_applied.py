"""The lock that stays in a prefix names files wherever it is read."""

from __future__ import annotations

from pathlib import Path

from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.stages.sync.applied import with_whole_places

_ON_THE_WEB = "https://x.example/b.whl"


def _package(ecosystem: Ecosystem, url: str, channel: str) -> LockedPackage:
    files = (LockedFile(url=url, sha256="00" * 32),)
    return LockedPackage(
        name="a", version="1.0", ecosystem=ecosystem, files=files, channel=channel
    )


def _places(package: LockedPackage, folder: Path) -> tuple[str, str]:
    part = PlatformLock(platform="linux-64", python="3.11", packages=(package,))
    made = with_whole_places(Lock(platforms=(part,)), folder)
    (found,) = made.platforms[0].packages
    return found.files[0].url, found.channel


def test_files_beside_the_lock_are_named_by_their_urls(tmp_path: Path) -> None:
    package = _package(Ecosystem.PYPI, "wheels/a b.whl", "wheels")
    assert _places(package, tmp_path) == (
        (tmp_path / "wheels/a b.whl").as_uri(),
        (tmp_path / "wheels").as_uri(),
    )


def test_urls_and_what_is_not_told_stay(tmp_path: Path) -> None:
    package = _package(Ecosystem.PYPI, _ON_THE_WEB, "")
    assert _places(package, tmp_path) == (_ON_THE_WEB, "")


def test_channels_of_conda_stay(tmp_path: Path) -> None:
    package = _package(Ecosystem.CONDA, _ON_THE_WEB, "conda-forge")
    assert _places(package, tmp_path) == (_ON_THE_WEB, "conda-forge")
