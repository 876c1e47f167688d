"""Options of `caddis pack` that contradict each other or say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli import main
from caddis.host import this_host


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


def test_a_project_is_not_locked_anew_for_another_machine_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Its lock lost this machine before the error came.
    lock = tmp_path / "caddis.lock"
    lock.write_text("as it was")
    other = "win-64" if this_host().platform != "win-64" else "linux-64"
    words = ["pack", str(tmp_path), "--platform", other, "-o", str(tmp_path / "x.zip")]
    assert main(words) == 2
    assert f"caddis pack --lock {lock} --platform {other}" in capsys.readouterr().err
    assert lock.read_text() == "as it was"
