"""Cloning real environments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.index import Dist, write_wheel

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))


def run(*command: object) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    return done.stdout.strip()


def test_a_conda_environment_runs_where_it_was_cloned_to(
    small_prefix: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a clone with a longer name"
    assert main(["clone", str(small_prefix), str(target), "-q"]) == 0
    small_prefix.rename(tmp_path / "away")
    code = "import numpy, yaml, sys; print(numpy.ones(3).sum(), sys.prefix)"
    assert run(target / "bin/python", "-c", code) == f"3.0 {target}"
    assert str(small_prefix) not in (target / "bin/pygmentize").read_text()


def test_a_clone_is_no_different_and_its_changes_stay_its_own(
    small_prefix: Path, tmp_path: Path
) -> None:
    target = tmp_path / "clone"
    assert main(["clone", str(small_prefix), str(target), "-q"]) == 0
    assert main(["diff", str(small_prefix), str(target)]) == 0
    python = target / "bin/python"
    wheel = write_wheel(Dist(name="six"), tmp_path)
    install = [UV, "pip", "install", "-q", "--offline", f"--python={python}", wheel]
    subprocess.run(install, check=True)
    assert main(["diff", str(small_prefix), str(target)]) == 1
    assert not list(small_prefix.glob("lib/python*/site-packages/six"))


def test_a_venv_runs_where_it_was_cloned_to(tmp_path: Path) -> None:
    prefix, target = tmp_path / "venv", tmp_path / "clone"
    run(sys.executable, "-m", "venv", prefix)
    assert main(["clone", str(prefix), str(target), "-q"]) == 0
    prefix.rename(tmp_path / "away")
    assert str(target) in run(target / "bin/pip", "--version")
    activated = f". '{target}/bin/activate' && echo $VIRTUAL_ENV"
    assert run("sh", "-c", activated) == str(target)
    assert os.path.samefile(
        run(target / "bin/python", "-c", "import sys; print(sys.base_prefix)"),
        sys.base_prefix,
    )


def test_another_machine_is_pointed_to_archives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["clone", str(tmp_path), "me@there:/srv/env"]) == 2
    assert "on another machine" in capsys.readouterr().err
