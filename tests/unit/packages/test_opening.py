"""A package is taken apart without a name of it ever being a name on the disk."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from caddis.adapters.packages.opening import open_package
from caddis.errors import ArchiveError
from tests.support.channel import PLACEHOLDER, Package, text_file, write_package
from tests.support.channel.package import File, Link
from tests.support.package_files import tar_member, write_tar, write_zip

HOSTILE = (
    "../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "C:/evil", "a//b", "./../x",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "opened"
    place.mkdir()
    return place


@pytest.mark.parametrize("name", HOSTILE)
def test_a_wheel_with_a_path_that_leads_out_is_refused(
    name: str, folder: Path, tmp_path: Path
) -> None:
    wheel = write_zip(tmp_path / "evil.whl", {"good.py": b"", name: b"evil"})
    with pytest.raises(ArchiveError, match="leads out"):
        open_package(wheel, wheel.name, folder)
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_conda_package_with_a_path_that_leads_out_is_refused(
    name: str, folder: Path, tmp_path: Path
) -> None:
    package = write_tar(tmp_path / "x.tar.bz2", [(tar_member(name), b"evil")])
    with pytest.raises(ArchiveError, match="leads out"):
        open_package(package, package.name, folder)
    assert not list(tmp_path.rglob("evil"))


def test_nothing_is_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    link = tar_member("lib", tarfile.SYMTYPE, str(outside))
    members = [(link, b""), (tar_member("lib/evil"), b"evil")]
    package = write_tar(tmp_path / "x.tar.bz2", members)
    kept = open_package(package, package.name, folder)
    assert kept["lib"].link == str(outside)
    assert not any(outside.iterdir())


@pytest.mark.parametrize(
    "kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE], ids="cbf"
)
def test_devices_and_pipes_are_refused(
    kind: bytes, folder: Path, tmp_path: Path
) -> None:
    package = write_tar(tmp_path / "x.tar.bz2", [(tar_member("dev/x", kind), b"")])
    with pytest.raises(ArchiveError, match="device or a pipe"):
        open_package(package, package.name, folder)


def test_a_link_in_a_wheel_is_refused(folder: Path, tmp_path: Path) -> None:
    wheel = write_zip(tmp_path / "x.whl", {"a": b"/etc/passwd"}, {"a": 0o120777})
    with pytest.raises(ArchiveError, match="a link"):
        open_package(wheel, wheel.name, folder)


def test_one_path_twice_is_refused(folder: Path, tmp_path: Path) -> None:
    # Which of them counts differs from tool to tool, so a check of one proves nothing.
    members = [(tar_member("a"), b"1"), (tar_member("a"), b"2")]
    package = write_tar(tmp_path / "x.tar.bz2", members)
    with pytest.raises(ArchiveError, match="one path twice: a"):
        open_package(package, package.name, folder)


def test_a_hard_link_has_the_content_of_what_it_links(
    folder: Path, tmp_path: Path
) -> None:
    link = tar_member("b", tarfile.LNKTYPE, "a")
    package = write_tar(tmp_path / "x.tar.bz2", [(tar_member("a"), b"1"), (link, b"")])
    kept = open_package(package, package.name, folder)
    assert kept["b"] == kept["a"]


def test_a_hard_link_out_of_the_package_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    link = tar_member("b", tarfile.LNKTYPE, "/etc/passwd")
    package = write_tar(tmp_path / "x.tar.bz2", [(link, b"")])
    with pytest.raises(ArchiveError, match="which it lacks"):
        open_package(package, package.name, folder)


@pytest.mark.parametrize("ending", [".conda", ".tar.bz2"])
def test_both_kinds_of_conda_package_hold_the_same(
    ending: str, folder: Path, tmp_path: Path
) -> None:
    files = {
        "bin/tool": text_file("#!{prefix}/bin/sh\n", executable=True),
        "lib/größe": File(content=b"\0\1"),
        "lib/link": Link(target="größe"),
    }
    package = write_package(Package(name="both", files=files), tmp_path, ending=ending)
    kept = open_package(package, package.name, folder)
    assert kept["bin/tool"].executable
    assert not kept["lib/größe"].executable
    assert (folder / str(kept["lib/größe"].number)).read_bytes() == b"\0\1"
    assert kept["lib/link"].link == "größe"
    assert PLACEHOLDER in (folder / str(kept["bin/tool"].number)).read_text()
    assert "info/paths.json" in kept


@pytest.mark.parametrize("ending", [".whl", ".conda", ".tar.bz2"])
def test_a_damaged_package_is_named(ending: str, folder: Path, tmp_path: Path) -> None:
    package = tmp_path / f"damaged{ending}"
    package.write_bytes(b"PK\3\4 and then nothing that makes sense")
    with pytest.raises(ArchiveError, match=f"damaged{ending} is damaged"):
        open_package(package, package.name, folder)


def test_a_file_of_another_kind_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"x\.egg is neither"):
        open_package(tmp_path / "x.egg", "x.egg", folder)


def test_bytecode_is_not_kept(folder: Path, tmp_path: Path) -> None:
    files = {"a.py": b"", "__pycache__/a.cpython-311.pyc": b"old"}
    wheel = write_zip(tmp_path / "x.whl", files)
    assert open_package(wheel, wheel.name, folder).keys() == {"a.py"}


def test_a_large_file_is_kept_whole(folder: Path, tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    wheel = write_zip(tmp_path / "x.whl", {"a.so": content})
    kept = open_package(wheel, wheel.name, folder)
    assert (folder / str(kept["a.so"].number)).read_bytes() == content
