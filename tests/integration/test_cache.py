"""`caddis pack FOLDER` keeps the environments of projects that are still packed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from caddis.cli import main

pytestmark = pytest.mark.integration

DAY = 24 * 3600


def test_packing_removes_environments_of_projects_that_nobody_packs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(cache))
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.py").write_text("import json\n")
    pack = ["pack", str(project), "--offline", "-o", str(tmp_path / "env.tar.zst")]
    assert main(pack) == 0
    (own,) = (cache / "envs").iterdir()
    forgotten = cache / "envs" / "forgotten-0123"
    (forgotten / "lib").mkdir(parents=True)
    long_ago = time.time() - 31 * DAY
    for environment in (own, forgotten):
        os.utime(environment, (long_ago, long_ago))
    capsys.readouterr()
    assert main(pack) == 0
    assert list((cache / "envs").iterdir()) == [own]
    assert "forgotten-0123 was removed" in capsys.readouterr().err


def test_with_nothing_named_and_nothing_active_the_project_here_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CADDIS_PREFIX", "VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.py").write_text("import json\n")
    pack = ["pack", "-o", "env.tar.zst", "--offline"]
    assert main(pack) == 2
    assert "go to the folder of its project" in capsys.readouterr().err
    assert main(["lock", "--offline", "-q"]) == 0
    assert main(pack) == 0
    assert (tmp_path / "env.tar.zst").is_file()
