"""What uv reads by itself decides a lock, too."""

from __future__ import annotations

from pathlib import Path

from caddis.adapters.uv.own_settings import own_settings
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
