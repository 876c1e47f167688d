"""Whatever lock somebody names is read, or it is said what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.workflow.locks import read_any_lock


def read(path: Path, text: str) -> None:
    path.write_text(text)
    read_any_lock(path, platform="linux-64", python=lambda: "3.11")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("uv.lock", "uv export"),
        ("poetry.lock", "poetry export"),
        ("pdm.lock", "pdm export"),
        ("Pipfile.lock", "pipenv requirements"),
    ],
)
def test_a_lock_for_one_tool_alone_comes_with_the_way_out(
    tmp_path: Path, name: str, way: str
) -> None:
    with pytest.raises(ProjectError, match=name) as caught:
        read(tmp_path / name, "version = 1\n")
    assert way in caught.value.hint


def test_paths_in_the_lock_of_another_tool_start_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "pylock.toml"
    path.parent.mkdir()
    path.write_text(
        'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "lib"\n'
        'directory = { path = "../lib", editable = true }\n'
    )

    def source(folder: Path | None) -> str:
        found = read_any_lock(
            path, platform="linux-64", python=lambda: "3.11", folder=folder
        )
        return found.platforms[0].packages[0].source

    assert source(tmp_path) == "-e ./lib"
    assert source(tmp_path.parent) == f"-e ./{tmp_path.name}/lib"
    assert source(path.parent) == source(None) == "-e ../lib"


def test_a_lock_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"odd\.txt:1: this is not a lock"):
        read(tmp_path / "odd.txt", "numpy==1.0\n")
