"""Options of `caddis pack` that contradict each other or say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli import main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-n", "x"], "each say what to pack"),
        (["--lock", "x"], "each say what to pack"),
        (["--platform", "win-64"], "--platform is for projects and locks"),
        (["-U"], "--upgrade is for projects and locks"),
        (["-P", "numpy"], "--upgrade-package is for projects and locks"),
        (["--keep-prefix", "y"], "--keep-prefix is for projects and locks"),
        (["--dest-prefix", "opt/env"], "--dest-prefix opt/env is no absolute path"),
    ],
)
def test_options_without_a_meaning_are_refused(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "env.zip"
    assert main(["pack", "-p", str(tmp_path), *options, "-o", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()
