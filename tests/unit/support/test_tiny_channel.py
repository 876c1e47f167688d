"""The tiny channel is what other tests believe in, so it has tests of its own."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.support.channel import (
    PLACEHOLDER,
    Package,
    index_channel,
    install_prefix,
    text_file,
    tiny_channel,
    write_package,
)
from tests.support.channel.tiny import ODD_NAME
from tests.support.server import serve


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tiny")
    tiny_channel(path)
    return path


def install(channel: Path, *specs: str, into: Path) -> Path:
    url = channel.as_uri()
    return install_prefix(url, specs, into / "env", cache=into / "cache")


def member(package: Path, part: str) -> tarfile.TarFile:
    with zipfile.ZipFile(package) as archive:
        data = archive.read(f"{part}-{package.stem}.tar.zst")
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data))
    return tarfile.open(fileobj=io.BytesIO(reader.read()))


def info(package: Path, name: str) -> Any:
    file = member(package, "info").extractfile(f"info/{name}")
    assert file
    return json.load(file)


def test_a_placeholder_is_as_long_as_conda_builds() -> None:
    assert len(PLACEHOLDER) == 255


def test_paths_json_tells_the_truth_about_every_file(channel: Path) -> None:
    packages = list(channel.glob("*/*.conda"))
    assert packages
    for package in packages:
        payload = member(package, "pkg")
        paths = info(package, "paths.json")["paths"]
        assert [path["_path"] for path in paths] == payload.getnames()
        for path in paths:
            if payload.getmember(path["_path"]).issym():
                assert path["path_type"] == "softlink"
                continue
            file = payload.extractfile(path["_path"])
            assert file
            content = file.read()
            assert path["sha256"] == hashlib.sha256(content).hexdigest()
            assert path["size_in_bytes"] == len(content)


def test_paths_json_names_each_placeholder_and_its_mode(channel: Path) -> None:
    (package,) = channel.glob("*/prefixed-*.conda")
    modes = {
        path["_path"]: path["file_mode"]
        for path in info(package, "paths.json")["paths"]
        if path.get("prefix_placeholder") == PLACEHOLDER
    }
    assert modes == {
        "bin/prefixed": "text",
        "lib/prefixed.bin": "binary",
        "share/prefixed/config.txt": "text",
    }


def test_the_same_package_has_the_same_bytes(tmp_path: Path) -> None:
    package = Package(name="same", files={"share/same": text_file("same\n")})
    one = write_package(package, tmp_path / "one")
    two = write_package(package, tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()


def test_an_installed_noarch_command_runs(channel: Path, tmp_path: Path) -> None:
    prefix = install(channel, "greet", into=tmp_path)
    said = subprocess.check_output([prefix / "bin/greet"], text=True)
    assert said == "hello from greet 2.0\n"


def test_an_install_replaces_both_kinds_of_placeholder(
    channel: Path, tmp_path: Path
) -> None:
    prefix = install(channel, "prefixed", into=tmp_path)
    text = (prefix / "share/prefixed/config.txt").read_text()
    assert text == f"home={prefix}\nlib={prefix}/lib\n"
    binary = (prefix / "lib/prefixed.bin").read_bytes()
    assert f"{prefix}/share/two\0".encode() in binary
    assert PLACEHOLDER.encode() not in binary
    assert binary.endswith(bytes(range(256)))


def test_links_arrive_as_links(channel: Path, tmp_path: Path) -> None:
    prefix = install(channel, "linked", into=tmp_path)
    assert (prefix / "lib/liblinked.so").readlink() == Path("liblinked.so.1")
    assert (prefix / "share/linked/current/note.txt").read_text() == "one\n"
    assert (prefix / "share/linked/library").resolve().name == "liblinked.so.1.0"


def test_odd_names_survive(channel: Path, tmp_path: Path) -> None:
    prefix = install(channel, ODD_NAME, into=tmp_path)
    names = {path.name for path in (prefix / "share/odd").iterdir()}
    assert names == {"with space.txt", "été.txt", "-dash.txt"}


def test_left_and_right_cannot_live_together(channel: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="base"):
        install(channel, "left", "right", into=tmp_path)


def test_a_served_channel_installs_over_http(channel: Path, tmp_path: Path) -> None:
    with serve(channel) as url:
        prefix = install_prefix(
            url, ["data-only"], tmp_path / "env", cache=tmp_path / "cache"
        )
    assert (prefix / "share/data-only/table.csv").exists()


def test_a_package_of_the_older_format_installs(tmp_path: Path) -> None:
    package = Package(name="older", files={"share/older": text_file("{prefix}\n")})
    write_package(package, tmp_path / "channel", ending=".tar.bz2")
    index_channel(tmp_path / "channel")
    prefix = install(tmp_path / "channel", "older", into=tmp_path)
    assert (prefix / "share/older").read_text() == f"{prefix}\n"


def test_a_rebuilt_package_replaces_the_old_one(tmp_path: Path) -> None:
    # Without index_fs(force=True) the old record stays, with a wrong hash.
    channel = tmp_path / "channel"
    for text in ("old\n", "new\n"):
        package = Package(name="again", files={"share/again": text_file(text)})
        write_package(package, channel)
        index_channel(channel)
    prefix = install(channel, "again", into=tmp_path)
    assert (prefix / "share/again").read_text() == "new\n"
