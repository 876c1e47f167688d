"""A conda package becomes what an installer would have made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.errors import ArchiveError
from caddis.host import LINUX, WINDOWS, Host
from caddis.model.layers import Entry, Layer, Unrelocated
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.ports.packages import OpenedPackage
from caddis.ports.progress import Silent
from caddis.stages.assemble.commands import Commands
from caddis.stages.assemble.conda import conda_layers
from tests.support.channel import PLACEHOLDER, Package, write_package
from tests.support.channel.tiny import activated, greet, linked, prefixed
from tests.support.package_files import locked_file, opened
from tests.unit.assemble.fakes import FakeLaunchers, by_path

SITE = "lib/python3.12/site-packages"


def layer(package: Package, tmp_path: Path, host: Host = LINUX) -> Layer:
    path = write_package(package, tmp_path / "channel")
    store = DiskPackageStore(tmp_path / "cache", fetcher=Fetcher())
    files = store.open([locked_file(path)], folder=tmp_path, reporter=Silent())
    return made(locked(package), files[0], host)


def made(package: LockedPackage, files: OpenedPackage, host: Host = LINUX) -> Layer:
    commands = Commands(host=host, launchers=FakeLaunchers())
    (found,) = conda_layers([(package, files)], python="3.12", commands=commands)
    return found


def locked(package: Package) -> LockedPackage:
    return LockedPackage(
        name=package.name,
        version=package.version,
        build=package.build,
        ecosystem=Ecosystem.CONDA,
        subdir=package.subdir,
        noarch=package.noarch,
        depends=package.depends,
        files=(),
    )


def record(found: dict[str, Entry]) -> dict[str, object]:
    path = next(path for path in found if path.startswith("conda-meta/"))
    data: dict[str, object] = json.loads(found[path].read())
    return data


def told(found: dict[str, Entry]) -> dict[str, dict[str, object]]:
    paths_data = record(found)["paths_data"]
    assert isinstance(paths_data, dict)
    return {file["_path"]: file for file in paths_data["paths"]}


def test_a_noarch_package_goes_to_the_python_of_the_environment(
    tmp_path: Path,
) -> None:
    found = by_path(layer(greet("2.0"), tmp_path))
    assert f"{SITE}/greet/__init__.py" in found
    assert found["bin/greet"].read().startswith(b"#!/bin/sh\n")
    assert b"from greet import main" in found["bin/greet"].read()
    assert told(found)["bin/greet"]["path_type"] == "unix_python_entry_point"


def test_a_noarch_package_on_windows_has_a_program(tmp_path: Path) -> None:
    found = by_path(layer(greet("2.0"), tmp_path, WINDOWS))
    assert "Lib/site-packages/greet/__init__.py" in found
    assert found["Scripts/greet.exe"].read().startswith(b"MZ win-64 console ")
    kind = told(found)["Scripts/greet.exe"]["path_type"]
    assert kind == "windows_python_entry_point_exe"


def test_the_record_tells_all_files_and_no_installation(tmp_path: Path) -> None:
    found = by_path(layer(greet("2.0"), tmp_path))
    data = record(found)
    assert {*told(found), "conda-meta/greet-2.0-pyhd_0.json"} == found.keys()
    assert data["files"] == sorted(told(found))
    assert data["depends"] == ["python >=3.8"]
    assert not {"link", "extracted_package_dir", "requested_spec"} & data.keys()


def test_places_of_the_prefix_are_kept_for_the_relocator(tmp_path: Path) -> None:
    found = by_path(layer(prefixed(), tmp_path))
    text, binary = found["share/prefixed/config.txt"], found["lib/prefixed.bin"]
    for entry, is_binary in ((text, False), (binary, True)):
        assert entry.edit == Unrelocated(
            prefix=PLACEHOLDER,
            placeholder=PLACEHOLDER,
            binary=is_binary,
            sha256=str(told(found)[entry.path]["sha256"]),
            record="conda-meta/prefixed-1.0-0.json",
        )
        # True in no place: relocation writes them.
        assert (
            not {"sha256_in_prefix", "size_in_bytes"} & told(found)[entry.path].keys()
        )


def test_a_python_script_needs_no_place(tmp_path: Path) -> None:
    found = by_path(layer(prefixed(), tmp_path))
    script = found["bin/prefixed"]
    assert script.edit is None
    assert PLACEHOLDER.encode() not in script.read()
    assert script.read().endswith(b'print("from a script")\n')


def test_links_stay_links(tmp_path: Path) -> None:
    found = by_path(layer(linked(), tmp_path))
    assert found["lib/liblinked.so"].link == "liblinked.so.1"
    assert found["share/linked/current"].link == "v1"
    assert told(found)["lib/liblinked.so"]["path_type"] == "softlink"


def test_a_package_from_before_paths_json_is_read(tmp_path: Path) -> None:
    files = {
        "info/has_prefix": (
            f'"{PLACEHOLDER}" binary "lib/a b.bin"\n'
            f"{PLACEHOLDER} text etc/x\nshare/old\n"
        ).encode(),
        "lib/a b.bin": PLACEHOLDER.encode() + b"\0",
        "etc/x": PLACEHOLDER.encode(),
        "share/old": b"/opt/anaconda1anaconda2anaconda3/x",
        "share/plain": b"plain\n",
    }
    package = opened(tmp_path, files, url="noarch/old-1-0.tar.bz2")
    found = by_path(made(locked(Package(name="old", version="1")), package))
    edits = {path: entry.edit for path, entry in found.items() if entry.edit}
    assert edits.keys() == {"lib/a b.bin", "etc/x", "share/old"}
    assert told(found)["share/plain"]["size_in_bytes"] == 6
    assert not any(path.startswith("info/") for path in found)


def test_a_record_without_its_file_is_refused(tmp_path: Path) -> None:
    paths = {"paths": [{"_path": "lib/gone", "path_type": "hardlink"}]}
    files = {"info/paths.json": json.dumps(paths).encode()}
    package = opened(tmp_path, files, url="linux-64/broken-1-0.conda")
    with pytest.raises(ArchiveError, match=r"broken-1-0.*lib/gone"):
        made(locked(Package(name="broken")), package)


def test_credentials_do_not_get_into_the_record(tmp_path: Path) -> None:
    package = opened(tmp_path, {"info/paths.json": b'{"paths": []}'}, url="x")
    url = "https://me:secret@host.org/t/tk-secret/channel/noarch/a-1-0.conda"
    package = replace(package, file=replace(package.file, url=url))
    found = by_path(made(locked(Package(name="a")), package))
    assert record(found)["url"] == "https://host.org/channel/noarch/a-1-0.conda"
    assert record(found)["channel"] == "https://host.org/channel/"


def test_variables_for_activation_are_places_as_well(tmp_path: Path) -> None:
    found = by_path(layer(activated(), tmp_path))
    assert found["etc/conda/activate.d/activated.sh"].edit is not None
