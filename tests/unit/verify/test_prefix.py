"""Files of an environment against RECORD and conda-meta."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from caddis.bootstrap.relocate import relocate
from caddis.errors import PrefixError
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.layers import Entry, LayerKind, Unrelocated
from caddis.model.prefix.dist_info import record_hash
from caddis.stages.verify import verify_prefix
from tests.support.stacks import make_layer, pack_layers, unpack_to

SITE = "lib/python3.11/site-packages"


def add_dist(prefix: Path, name: str, **files: bytes) -> None:
    info = prefix / SITE / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n\n")
    rows = [f"{info.name}/RECORD,,"]
    for path, content in files.items():
        (prefix / SITE / f"{path}.py").write_bytes(content)
        rows.append(f"{path}.py,{record_hash(content)},{len(content)}")
    (info / "RECORD").write_text("\n".join(rows) + "\n")


def add_package(prefix: Path, name: str, paths: list[dict[str, object]]) -> None:
    meta = prefix / "conda-meta"
    meta.mkdir(exist_ok=True, parents=True)
    record = {"name": name, "version": "1.0", "build": "0", "files": []}
    record["paths_data"] = {"paths_version": 1, "paths": paths}  # type: ignore[assignment]
    (meta / f"{name}-1.0-0.json").write_text(json.dumps(record))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def states(prefix: Path) -> list[tuple[str, str, FileState]]:
    changed: tuple[ChangedFile, ...] = verify_prefix(prefix).changed
    return [(file.path, file.package, file.state) for file in changed]


def test_an_untouched_environment_is_as_its_packages_say(tmp_path: Path) -> None:
    add_dist(tmp_path, "tool", tool=b"pass\n")
    verified = verify_prefix(tmp_path)
    assert (verified.files, verified.unhashed, verified.changed) == (1, 1, ())


def test_a_pipe_in_place_of_a_file_is_an_edit_and_not_waited_for(
    tmp_path: Path,
) -> None:
    add_dist(tmp_path, "tool", piped=b"pass\n", linked=b"pass\n")
    for name in ("piped", "linked"):
        (tmp_path / SITE / f"{name}.py").unlink()
    os.mkfifo(tmp_path / SITE / "piped.py")
    (tmp_path / SITE / "linked.py").symlink_to("/dev/zero")
    assert [(path, state) for path, _, state in states(tmp_path)] == [
        (f"{SITE}/linked.py", FileState.EDITED),
        (f"{SITE}/piped.py", FileState.EDITED),
    ]


@pytest.mark.parametrize("path", ["/dev/zero", "../../dev/zero", "lib/../../x"])
def test_no_package_makes_us_read_outside(path: str, tmp_path: Path) -> None:
    add_package(tmp_path, "evil", [{"_path": path, "sha256": "00"}])
    with pytest.raises(PrefixError, match=r"evil .* claims the file"):
        verify_prefix(tmp_path)


def test_edited_and_missing_files_are_named_with_their_package(tmp_path: Path) -> None:
    add_dist(tmp_path, "tool", edited=b"pass\n", gone=b"pass\n", same=b"pass\n")
    (tmp_path / SITE / "edited.py").write_bytes(b"exit\n")
    (tmp_path / SITE / "gone.py").unlink()
    assert states(tmp_path) == [
        (f"{SITE}/edited.py", "tool", FileState.EDITED),
        (f"{SITE}/gone.py", "tool", FileState.MISSING),
    ]


def test_a_conda_file_that_holds_the_prefix_has_its_own_hash_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "conf").write_bytes(b"root = /here\n")
    (tmp_path / "data").write_bytes(b"data")
    add_package(
        tmp_path,
        "lib",
        [
            {"_path": "data", "sha256": sha256(b"data")},
            {
                "_path": "conf",
                "sha256": sha256(b"root = /placeholder\n"),
                "sha256_in_prefix": sha256(b"root = /here\n"),
                "prefix_placeholder": "/placeholder",
            },
        ],
    )
    assert states(tmp_path) == []
    (tmp_path / "conf").write_bytes(b"root = /away\n")
    assert states(tmp_path) == [("conf", "lib", FileState.EDITED)]


def test_a_dangling_link_is_there_and_a_folder_in_place_of_a_file_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "file").mkdir()
    add_package(
        tmp_path,
        "lib",
        [
            {"_path": "link", "path_type": "softlink", "sha256": sha256(b"x")},
            {"_path": "file", "path_type": "hardlink", "sha256": sha256(b"x")},
        ],
    )
    assert states(tmp_path) == [("file", "lib", FileState.EDITED)]


def test_a_folder_without_packages_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(PrefixError, match="holds no packages"):
        verify_prefix(tmp_path)


# What only the manifest of an archive lists


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An environment with files that no RECORD and no conda-meta lists."""
    placed = Entry(
        path="lib/config",
        source=b"home=/placeholder\n",
        edit=Unrelocated(prefix="/placeholder", placeholder="/placeholder"),
    )
    archive = pack_layers(
        tmp_path / "env.tar.zst",
        make_layer(
            "python",
            {"lib/os.py": b"pass\n", "lib/empty": b""},
            placed,
            Entry(path="bin/python", link="python3.11"),
            kind=LayerKind.INTERPRETER,
        ),
        make_layer("overlay", {"notes.txt": b"mine\n"}, kind=LayerKind.OVERLAY),
        make_layer("code", {"app/main.py": b"run()\n"}, kind=LayerKind.CODE),
    )
    return unpack_to(archive, tmp_path / "env")


def test_what_was_unpacked_is_whole_before_and_after_a_move(
    unpacked: Path, tmp_path: Path
) -> None:
    verified = verify_prefix(unpacked)
    assert verified.changed == ()
    # The link alone has no content; the relocator and activation have.
    assert verified.unhashed == 1
    moved = unpacked.rename(tmp_path / "somewhere else")
    relocate(str(moved))
    assert (moved / "lib/config").read_text() == f"home={moved}\n"
    assert verify_prefix(moved).changed == ()


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("lib/os.py", "python"),
        ("lib/empty", "python"),
        ("lib/config", "python"),
        ("notes.txt", "overlay"),
        ("app/main.py", "code"),
        ("bin/activate", "caddis-home"),
    ],
)
def test_a_change_of_what_no_package_lists_is_found(
    unpacked: Path, path: str, package: str
) -> None:
    with (unpacked / path).open("a") as file:
        file.write("x")
    assert states(unpacked) == [(path, package, FileState.EDITED)]


def test_what_was_edited_before_it_was_packed_is_as_it_should_be(
    tmp_path: Path,
) -> None:
    edited = make_layer("overlay", {"data": b"edited"}, kind=LayerKind.OVERLAY)
    prefix = unpack_to(pack_layers(tmp_path / "e.tar.gz", edited), tmp_path / "env")
    add_package(prefix, "lib", [{"_path": "data", "sha256": sha256(b"own")}])
    assert states(prefix) == []
    (prefix / "data").write_bytes(b"edited again")
    assert states(prefix) == [("data", "overlay", FileState.EDITED)]
