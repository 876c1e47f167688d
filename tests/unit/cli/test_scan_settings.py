"""`[tool.caddis.scan]` and `[tool.caddis.providers]`, as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli.scanning.settings import read_providers, scan_settings
from caddis.errors import ProjectError


def test_a_text_in_place_of_a_list_is_told(tmp_path: Path) -> None:
    # Each of its letters was taken for a name.
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.caddis.scan]\nignore = "arcpy"\n')
    with pytest.raises(ProjectError, match="is no list") as stop:
        scan_settings(path)
    assert stop.value.hint == 'Write it as: ignore = ["arcpy"]'


def test_a_package_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[tool.caddis.providers]\ncv2 = ["opencv-python"]\n')
    with pytest.raises(ProjectError, match=r"cv2 .* names no package"):
        read_providers(path)
