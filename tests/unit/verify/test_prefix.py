"""Files of an environment against RECORD and conda-meta."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.environment import ChangedFile, FileState
from caddis.model.prefix.dist_info import record_hash
from caddis.stages.verify import verify_prefix

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
