"""What a manifest asks for and cannot be had is told with its line, and the way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from tests.unit.declare.reading import declared


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "pixi.toml",
            '[dependencies]\nmine = { path = "." }\n',
            "pixi.toml:2: mine is no package",
        ),
        ("pixi.toml", "[pypi-dependencies]\na = 1\n", "pixi.toml:2: a has no version"),
        ("pixi.toml", '[target.mac.dependencies]\na = "*"\n', "'mac' is no target"),
        ("pixi.toml", '[dependencies]\na = "*\n', "pixi.toml:2: this is not TOML"),
        ("Pipfile", "[packages]\na = 1\n", "Pipfile:2: a has no version"),
        (
            "Pipfile",
            '[packages]\na = { index = "x" }\n',
            "Pipfile:2: there is no source 'x'",
        ),
        ("Pipfile", '[[source]]\nname = "x"\n', "Pipfile:1: this source has no url"),
        (
            "Pipfile",
            '[packages]\na = { path = "gone" }\n',
            "Pipfile:2: there is nothing at gone",
        ),
    ],
)
def test_what_cannot_be_had_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        declared(tmp_path, name, text)
    assert told in str(caught.value)
    assert caught.value.hint
