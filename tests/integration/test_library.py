"""The page on caddis as a library says what works: its code is run as it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.network]

ROOT = Path(__file__).parents[2]
CODE = re.findall(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(), re.S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples/penguins", tmp_path / "penguins")
    return tmp_path


def run(code: str, folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_a_scan_tells_imports_and_what_they_need(folder: Path) -> None:
    told = run(CODE[0], folder)
    assert "model.py 7 sklearn.linear_model required" in told
    assert "pillow for ['PIL']" in told


def test_the_whole_way_ends_in_an_environment_elsewhere(folder: Path) -> None:
    assert "layers" in run(CODE[1], folder)
    python = folder / "elsewhere/bin/python"
    code = "import sklearn; print(sklearn.__file__)"
    told = subprocess.run([python, "-c", code], check=True, capture_output=True)
    assert str(folder / "elsewhere") in told.stdout.decode()
