"""Packages that conda, mamba and rattler have are not fetched again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.packages import DiskPackageStore, Fetcher, KeptPackages
from caddis.errors import FetchError
from caddis.model.lock import LockedFile
from caddis.ports.packages import OpenedPackage
from caddis.ports.progress import Silent
from tests.support.channel import Package, text_file, write_package
from tests.support.package_files import locked_file

TEXT = "root = {prefix}\n"


@pytest.fixture
def file(tmp_path: Path) -> LockedFile:
    """A conda package on a server that nobody can reach."""
    package = Package(name="tool", files={"etc/tool": text_file(TEXT)})
    path = write_package(package, tmp_path / "channel")
    kept = tmp_path / "pkgs" / path.name
    kept.parent.mkdir()
    path.rename(kept)
    return replace(locked_file(kept), url=f"https://gone.example/{path.name}")


def store(tmp_path: Path, *folders: Path) -> DiskPackageStore:
    return DiskPackageStore(
        tmp_path / "cache",
        fetcher=Fetcher(offline=True),
        kept=KeptPackages(folders=folders),
    )


def opened(file: LockedFile, tmp_path: Path, *folders: Path) -> OpenedPackage:
    kept = store(tmp_path, *folders)
    (package,) = kept.open([file], folder=tmp_path, reporter=Silent())
    return package


def take_apart(file: LockedFile, tmp_path: Path, *, by: str) -> Path:
    """Leave of the package only its folder, as *by* would have it."""
    pkgs = tmp_path / "pkgs"
    package = opened(file, tmp_path / "first", pkgs)
    (archive,) = pkgs.glob("tool-*")
    archive.unlink()
    folder = pkgs / archive.name.removesuffix(".conda")
    for path, member in package.members.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(Path(member.source).read_bytes())
    if by == "conda":
        note = {"url": file.url, "sha256": file.sha256}
        (folder / "info/repodata_record.json").write_text(json.dumps(note))
    else:
        lock = os.urandom(8) + bytes.fromhex(file.sha256)
        folder.with_name(f"{folder.name}.lock").write_bytes(lock)
    return folder


def test_a_package_file_is_taken_from_where_conda_keeps_it(
    file: LockedFile, tmp_path: Path
) -> None:
    with pytest.raises(FetchError):
        opened(file, tmp_path)
    assert opened(file, tmp_path, tmp_path / "pkgs").read("etc/tool")


def test_another_file_of_that_name_is_not_taken(
    file: LockedFile, tmp_path: Path
) -> None:
    another = replace(file, sha256=hashlib.sha256(b"").hexdigest())
    with pytest.raises(FetchError):
        opened(another, tmp_path, tmp_path / "pkgs")


@pytest.mark.parametrize("by", ["conda", "rattler"])
def test_a_folder_is_as_good(by: str, file: LockedFile, tmp_path: Path) -> None:
    whole = opened(file, tmp_path, tmp_path / "pkgs")
    take_apart(file, tmp_path, by=by)
    again = opened(file, tmp_path / "second", tmp_path / "pkgs")
    assert again.members.keys() - {"info/repodata_record.json"} == whole.members.keys()
    assert again.read("etc/tool") == whole.read("etc/tool")


@pytest.mark.parametrize("by", ["conda", "rattler"])
def test_a_folder_in_which_somebody_edited_is_not(
    by: str, file: LockedFile, tmp_path: Path
) -> None:
    # It shares its files with environments, by hard links.
    folder = take_apart(file, tmp_path, by=by)
    (folder / "etc/tool").write_text("mine\n")
    with pytest.raises(FetchError):
        opened(file, tmp_path / "second", tmp_path / "pkgs")
