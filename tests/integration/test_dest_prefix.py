"""--dest-prefix: relocated before it is packed, and still movable."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.carrying import pack, unpack
from tests.support.channel import install_prefix
from tests.support.stacks import tree

pytestmark = pytest.mark.integration

SPECS = ("python", "prefixed", "activated", "linked", "greet")


@pytest.fixture
def prefix(tiny: str, tmp_path: Path) -> Path:
    return install_prefix(tiny, SPECS, tmp_path / "env", cache=tmp_path / "pkgs")


def unpack_with_tar(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder


@pytest.mark.parametrize("ending", ["tar.gz", "tar.zst"])
def test_tar_gives_what_unpack_gives(prefix: Path, tmp_path: Path, ending: str) -> None:
    place = tmp_path / "place"
    usual = pack(prefix, tmp_path / f"usual.{ending}")
    expected = tree(unpack(usual, place))
    place.rename(tmp_path / "before")
    settled = tmp_path / f"settled.{ending}"
    pack(prefix, settled, "--dest-prefix", str(place))
    found = tree(unpack_with_tar(settled, place))
    del found[".caddis/manifest.json"], expected[".caddis/manifest.json"]
    assert found == expected
    said = subprocess.run(
        ["sh", "-c", f". {place}/bin/activate && echo $ACTIVATED_HOME $ACTIVATED_MODE"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == f"{place}/share/activated on\n"


def test_it_can_be_unpacked_and_moved_to_other_places(
    prefix: Path, tmp_path: Path
) -> None:
    # conda-pack's archives with a --dest-prefix work there and nowhere else.
    expected = tree(unpack(pack(prefix, tmp_path / "a.tar.zst"), tmp_path / "there"))
    (tmp_path / "there").rename(tmp_path / "before")
    settled = pack(prefix, tmp_path / "b.tar.zst", "--dest-prefix", "/opt/known")
    found = tree(unpack(settled, tmp_path / "there"))
    del found[".caddis/manifest.json"], expected[".caddis/manifest.json"]
    assert found == expected
    moved = (tmp_path / "there").rename(tmp_path / "moved")
    subprocess.run([moved / "bin/caddis-unpack"], check=True)
    assert f"home={moved}\n" in (moved / "share/prefixed/config.txt").read_text()


def test_frames_of_two_prefixes_are_not_confused(prefix: Path, tmp_path: Path) -> None:
    for name in ("/opt/one", "/opt/two"):
        archive = pack(prefix, tmp_path / "env.tar.gz", "--dest-prefix", name)
        folder = unpack_with_tar(archive, tmp_path / Path(name).name)
        assert f"home={name}\n" in (folder / "share/prefixed/config.txt").read_text()
        (record,) = (folder / "conda-meta").glob("prefixed-*.json")
        assert "sha256_in_prefix" in json.dumps(json.loads(record.read_text()))


def test_a_prefix_too_long_is_refused(prefix: Path, tmp_path: Path) -> None:
    out = tmp_path / "env.tar.gz"
    words = ["pack", "-p", str(prefix), "-o", str(out), "--dest-prefix"]
    assert main([*words, "/" + "x" * 255]) == 2
    assert not out.exists()
