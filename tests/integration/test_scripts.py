"""Scripts as projects: each has a lock and an environment of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.commands import Caddis
from tests.support.joint import PYTHON

pytestmark = pytest.mark.integration


def test_a_script_is_a_project_with_a_lock_of_its_own(
    caddis: Caddis, project: Path, tmp_path: Path
) -> None:
    (project / "draw.py").write_text(
        '# /// script\n# dependencies = ["colours"]\n# ///\n'
        "import colours; print('drawn')\n"
    )
    archive = tmp_path / "draw.tar.gz"
    caddis("pack", "draw.py", "--python", PYTHON, "-o", str(archive))
    assert (project / "draw.py.caddis.lock").is_file()
    assert not (project / "caddis.lock").exists()
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xf", archive, "-C", unpacked], check=True)
    done = subprocess.run(
        [unpacked / "bin/python", project / "draw.py"], capture_output=True, check=True
    )
    assert done.stdout == b"drawn\n"
    # Neither the folder's lock nor its environment is touched by the script's.
    assert caddis("run", "draw.py").stdout == "drawn\n"
    assert (project / ".caddis/draw.py/bin").is_dir()


def test_a_script_without_a_lock_is_told_how_to_get_one(
    caddis: Caddis, project: Path
) -> None:
    (project / "tool.py").write_text("import json\n")
    done = caddis("sync", "--dry-run", "tool.py", code=3)
    assert "caddis lock tool.py" in done.stderr
