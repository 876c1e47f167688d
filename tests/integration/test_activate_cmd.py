"""cmd's activation, run by the cmd of wine where that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("wine") is None, reason="wine is not installed"),
]

SCRIPT = """\
@echo off
set HAD=old
set PATH=%PATH%;C:\\Program Files (x86)\\x
set PYTHONHOME=C:\\p
set > before.txt
call "{prefix}\\Scripts\\activate.bat"
set > active.txt
call deactivate
set > after.txt
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\r\n")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A conda environment with variables and hooks, at home where it is."""
    folder = tmp_path / "my env (1)"
    for name in ("activate.bat", "deactivate.bat", "caddis-unpack.bat"):
        path = folder / "Scripts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((files("caddis.bootstrap") / name).read_bytes())
    write(folder / ".caddis" / "prefix", f"{windows(folder)}\n")
    write(folder / ".caddis" / "variables" / "MODE", "fast (and) & true")
    write(folder / ".caddis" / "variables" / "HAD", "new")
    write(folder / "conda-meta" / "history", "")
    hooks = folder / "etc" / "conda"
    write(hooks / "activate.d" / "a.bat", '@set "HOOK=on in %MODE%"\n')
    write(hooks / "deactivate.d" / "a.bat", '@set "HOOK="\n')
    write(hooks / "deactivate.d" / "b.bat", '@set "LAST=%HOOK%"\n')
    return folder


def windows(path: Path) -> str:
    """Say where wine shows *path*."""
    return "z:" + str(path).replace("/", "\\")


def variables(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8", "replace").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_cmd_activates_and_everything_is_as_before_afterwards(
    prefix: Path, tmp_path: Path
) -> None:
    write(tmp_path / "run.bat", SCRIPT.format(prefix=windows(prefix)))
    environment = {**os.environ, "WINEPREFIX": str(tmp_path / "wine"), "DISPLAY": ""}
    subprocess.run(
        ["wine", "cmd", "/c", "run.bat"],
        cwd=tmp_path,
        env={**environment, "WINEDEBUG": "-all"},
        check=True,
        capture_output=True,
    )
    before, active, after = (
        variables(tmp_path / f"{name}.txt") for name in ("before", "active", "after")
    )
    # The script of b ran before that of a, as it is with conda.
    assert after == {**before, "LAST": active["HOOK"]}
    place = windows(prefix)
    assert active["CADDIS_PREFIX"].lower() == place.lower()
    assert active["CONDA_PREFIX"].lower() == place.lower()
    assert active["PATH"].lower().startswith(f"{place.lower()};")
    assert active["PATH"].endswith(before["PATH"])
    assert "PYTHONHOME" not in active
    assert active["MODE"] == "fast (and) & true"
    assert active["HAD"] == "new"
    assert active["HOOK"] == "on in fast (and) & true"
    assert active["PROMPT"].startswith("(my env (1)) ")
