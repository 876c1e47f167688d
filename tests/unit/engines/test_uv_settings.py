"""What uv reads by itself decides a lock, too."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from caddis.adapters.uv.heeded import heeded
from caddis.adapters.uv.own_settings import own_settings
from caddis.cli.indexes import as_uv_reads_it
from caddis.model.toml import parse_toml
from caddis.stages.declare import declare
from caddis.stages.lock import LockSettings, hash_inputs

_UV = '[tool.uv]\noverride-dependencies = ["six<2"]\ncache-dir = "x"\n'


def test_what_decides_is_told_and_nothing_else(tmp_path: Path) -> None:
    assert own_settings(tmp_path) == ()
    (tmp_path / "pyproject.toml").write_text(_UV)
    assert own_settings(tmp_path) == ('override-dependencies=["six<2"]',)
    # As for uv, the nearest file counts, and its own before the project's.
    (tmp_path / "below").mkdir()
    assert own_settings(tmp_path / "below") == own_settings(tmp_path)
    (tmp_path / "below" / "uv.toml").write_text(
        'prerelease = "allow"\nindex-url = "https://me:word@a.example"\n'
    )
    assert own_settings(tmp_path / "below") == (
        'index-url="https://a.example"',
        'prerelease="allow"',
    )


def test_the_top_of_a_workspace_speaks_for_its_members(tmp_path: Path) -> None:
    for name, own in (("", "resolution"), ("app", "index-strategy"), ("old", "index")):
        (tmp_path / name).mkdir(exist_ok=True)
        text = f'[tool.uv]\n{own} = "of-{name}"\n'
        (tmp_path / name / "pyproject.toml").write_text(text)
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write('workspace = { members = ["*"], exclude = ["old"] }\n')
    of_top = ('resolution="of-"',)
    assert own_settings(tmp_path) == own_settings(tmp_path / "app") == of_top
    assert own_settings(tmp_path / "old") == ('index="of-old"',)


def test_what_is_about_files_that_uv_writes_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "uv.toml").write_text(
        '[pip]\noutput-file = "a.txt"\nno-binary = ["six"]\nresolution = "lowest"\n'
    )
    assert own_settings(tmp_path) == (
        'pip={"no-binary": ["six"], "resolution": "lowest"}',
    )


def _heeded(
    folder: Path, *, user: Path | None = None, is_for_people: bool = False
) -> dict[str, Any]:
    """Give the settings that uv reads instead of those of *folder*."""
    with heeded(folder, user=user, is_for_people=is_for_people) as options:
        if not options:
            return {}
        return parse_toml(Path(options[1], "uv.toml").read_text(encoding="utf-8"))


_FOR_PEOPLE = """
[tool.uv]
required-version = "==0.1"
managed = false
prerelease = "allow"
find-links = ["wheels"]
index = [{ name = "near", url = "./simple" }, { url = "https://a.example" }]
[tool.uv.pip]
output-file = "requirements.txt"
generate-hashes = true
extra = ["fast"]
no-binary = ["six"]
"""


def test_uv_answers_as_if_its_answer_were_not_for_people(tmp_path: Path) -> None:
    assert _heeded(tmp_path) == {}
    (tmp_path / "pyproject.toml").write_text(_FOR_PEOPLE)
    found = _heeded(tmp_path)
    of_pip = found.pop("pip")
    assert found == {
        "required-version": ">=0",
        "prerelease": "allow",
        "find-links": [str(tmp_path / "wheels")],
        "index": [
            {"name": "near", "url": str(tmp_path / "simple")},
            {"url": "https://a.example"},
        ],
    }
    assert {key: value for key, value in of_pip.items() if value} == {
        "no-binary": ["six"]
    }
    assert of_pip["generate-hashes"] is False
    of_pip = _heeded(tmp_path, is_for_people=True)["pip"]
    assert (of_pip["generate-hashes"], of_pip["extra"]) == (True, ["fast"])


def test_settings_of_the_user_do_not_shape_answers_either(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text("[pip]\nemit-index-url = true\n")
    (tmp_path / "project").mkdir()
    found = _heeded(tmp_path / "project", user=tmp_path)
    assert found["pip"]["emit-index-url"] is False


def test_other_settings_are_left_to_uv(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(_UV)
    assert _heeded(tmp_path) == {}


@pytest.mark.parametrize("name", ["UV_PROJECT", "UV_WORKING_DIRECTORY", "UV_VENV_SEED"])
def test_variables_that_lead_uv_astray_are_kept_from_it(name: str) -> None:
    assert as_uv_reads_it({name: "1", "UV_OFFLINE": "1"}, Namespace()) == {
        "UV_OFFLINE": "1"
    }


def test_a_damaged_file_tells_nothing(tmp_path: Path) -> None:
    for text in ("[tool.uv", "tool = 1 # tool.uv", "[tool.uv-else]"):
        (tmp_path / "pyproject.toml").write_text(text)
        assert own_settings(tmp_path) == ()


def test_a_lock_is_for_the_settings_that_it_was_made_with() -> None:
    def made(*told: str) -> str:
        settings = LockSettings(
            platforms=("linux-64",), python="3.12", engine_settings=told
        )
        return hash_inputs([], settings)

    assert len({made(), made("a=1"), made("a=2")}) == 3


def test_uvs_older_list_for_developers_is_a_group(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[dependency-groups]\ndev = ["ruff"]\n[tool.uv]\ndev-dependencies = ["tox"]\n'
    )
    found = declare(tmp_path, [path]).requirements
    assert [(each.group, each.spec) for each in found] == [
        ("dev", "ruff"),
        ("dev", "tox"),
    ]
