"""What stands in the files of an environment is found by the hashes of its packages."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from caddis.stages.record.moved import embedded_prefix
from tests.unit.environments.prefixes import Prefix

_PLACEHOLDER = "/opt/placeholder"
_INSTALLED = "/home/jo/envs/installed"


def prefix_with(folder: Path, text: str, *, holds: str, path: str = "lib/a.pc") -> Path:
    """Make a conda prefix with a file of *text*; `{}` in it is what it *holds*."""
    original = text.replace("{}", _PLACEHOLDER).encode()
    told = {
        "_path": path,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(original).hexdigest(),
        "file_mode": "text",
        "prefix_placeholder": _PLACEHOLDER,
    }
    prefix = Prefix(path=folder)
    files = {path: text.replace("{}", holds)}
    prefix.conda("plain", files={"lib/plain.txt": "nothing\n"})
    prefix.conda("tool", files=files, more={"paths_data": {"paths": [told]}})
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "prefix={}\nlib=/usr/lib/x\n",
        "#!{}/bin/python3.11\nimport this\n",
        'ROOT="{}/lib"; OTHER=/home/jo/envs/other/lib\n',
        "-L{}/lib -I{}/include",
    ],
)
@pytest.mark.parametrize("installed", [_INSTALLED, "/home/jo/my envs/the first"])
def test_a_prefix_that_was_moved_holds_the_old_one(
    tmp_path: Path, text: str, installed: str
) -> None:
    folder = prefix_with(tmp_path / "moved", text, holds=installed)
    assert embedded_prefix(folder) == installed


def test_a_prefix_that_stayed_holds_itself(tmp_path: Path) -> None:
    folder = tmp_path / "stayed"
    assert embedded_prefix(prefix_with(folder, "at {}/lib", holds=str(folder))) == str(
        folder
    )


def test_a_prefix_that_was_never_relocated_holds_none(tmp_path: Path) -> None:
    folder = prefix_with(tmp_path / "env", "at {}/lib", holds=_PLACEHOLDER)
    assert embedded_prefix(folder) == str(folder)


def test_a_link_to_a_prefix_is_looked_behind(tmp_path: Path) -> None:
    folder = prefix_with(tmp_path / "real", "at {}/lib", holds=f"{tmp_path}/real")
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert embedded_prefix(link) == str(folder)


def test_an_edited_file_proves_nothing(tmp_path: Path) -> None:
    folder = prefix_with(tmp_path / "env", "at {}/lib", holds=_INSTALLED)
    (folder / "lib/a.pc").write_text(f"at {_INSTALLED}/lib, edited")
    assert embedded_prefix(folder) == str(folder)


def test_a_script_is_enough_to_know_that_nothing_was_moved(tmp_path: Path) -> None:
    folder = tmp_path / "env"
    prefix_with(folder, "#!{}/bin/python\n", holds=str(folder), path="bin/tool")
    (folder / "conda-meta/tool-1.0-h1_0.json").write_text("no record is read")
    assert embedded_prefix(folder) == str(folder)


def test_what_caddis_unpacked_says_it_itself(tmp_path: Path) -> None:
    (tmp_path / ".caddis").mkdir()
    (tmp_path / ".caddis/prefix").write_text("/where/it/was\n")
    assert embedded_prefix(tmp_path) == "/where/it/was"
