"""What uv can build is found from a reference as pip takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.adapters.uv.build import local_source
from caddis.errors import EngineError


@pytest.mark.parametrize(
    "reference",
    [
        "-e ./mine",
        "./mine",
        "-e mine[extra]",
        "mine ; python_version > '3.8'",
        "mine @ {uri}",
        "mine[extra] @ {uri} ; sys_platform == 'linux'",
        "{path}",
    ],
)
def test_a_folder_on_this_disk_is_found(reference: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = reference.format(uri=folder.as_uri(), path=folder)
    assert local_source(text, tmp_path).resolve() == folder.resolve()


@pytest.mark.parametrize(
    "reference",
    [
        "mine @ git+https://host.org/mine@abc",
        "git+ssh://git@host.org/mine",
        "https://x/y",
    ],
)
def test_what_is_elsewhere_is_explained(reference: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="not on this disk") as caught:
        local_source(reference, tmp_path)
    assert "caddis sync" in caught.value.hint


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="gone"):
        local_source("-e ./gone", tmp_path)
