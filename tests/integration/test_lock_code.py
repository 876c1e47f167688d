"""Code that nothing declares for: its imports are locked, and what it says itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.model.lock_file import read_lock
from tests.support.commands import Caddis

pytestmark = pytest.mark.integration

_PROVIDERS = '[tool.caddis.providers]\narrays = "arrays"\ncolours = "colours"\n'


@pytest.fixture(autouse=True)
def providers(project: Path) -> None:
    (project / "pyproject.toml").write_text(_PROVIDERS)


def _notebook(path: Path, *cells: str) -> None:
    book = {
        "cells": [{"cell_type": "code", "source": cell} for cell in cells],
        "nbformat": 4,
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(book), encoding="utf-8")


def _locked(project: Path) -> dict[str, str]:
    (part,) = read_lock(project / "caddis.lock").platforms
    return {package.name: package.version for package in part.packages}


def test_versions_that_a_notebook_installs_are_locked(
    caddis: Caddis, project: Path
) -> None:
    _notebook(project / "a.ipynb", "%pip install -q 'arrays<3' pip", "import json")
    (project / "b.py").write_text("import arrays, colours\n")
    caddis("lock")
    assert _locked(project) == {"arrays": "2.0", "colours": "1.5"}


def test_what_conda_would_install_is_of_pypi_without_a_channel(
    caddis: Caddis, project: Path
) -> None:
    _notebook(project / "a.ipynb", "%conda install -c x colours=9", "import colours")
    caddis("lock")
    assert _locked(project) == {"colours": "1.5"}


def test_what_tests_and_documentation_install_is_theirs(
    caddis: Caddis, project: Path
) -> None:
    _notebook(project / "docs" / "a.ipynb", "%pip install plots")
    (project / "b.py").write_text("import colours\n")
    caddis("lock")
    assert _locked(project) == {"colours": "1.5"}


def test_what_cannot_be_asked_for_is_told_and_left_out(
    caddis: Caddis, project: Path
) -> None:
    _notebook(project / "a.ipynb", "!pip install grid=1 colours", "import colours")
    done = caddis("lock")
    assert "left out: a.ipynb#cell-1:1: 'grid=1' is not a requirement" in done.stderr
    assert _locked(project) == {"colours": "1.5"}


def test_the_settings_of_scans_count_for_locks(caddis: Caddis, project: Path) -> None:
    (project / "b.py").write_text("import colours, nowhere, own\n")
    done = caddis("lock", code=4)
    assert 'ignore = ["nowhere", "own"]' in done.stderr
    (project / "pyproject.toml").write_text(
        f'{_PROVIDERS}[tool.caddis.scan]\nignore = ["nowhere"]\nfirst-party = ["own"]\n'
    )
    caddis("lock")
    assert _locked(project) == {"colours": "1.5"}
