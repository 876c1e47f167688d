"""Modules are imported apart, so that one that ends Python does not end the check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from caddis.adapters.import_check import Importer
from caddis.errors import PrefixError


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python whose site-packages has modules of every temper."""
    venv = tmp_path_factory.mktemp("venv")
    make = [sys.executable, "-m", "venv", "--without-pip", str(venv)]
    subprocess.run(make, check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    modules = {
        "fine": "x = 1\n",
        "raises": "raise RuntimeError('not today')\n",
        "leaves": "import sys; sys.exit(3)\n",
        "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)\n",
        "prints": "print('hello'); input()\n",
    }
    for name, code in modules.items():
        (site / f"{name}.py").write_text(code)
    (site / "pack").mkdir()
    (site / "pack/__init__.py").write_text("")
    (site / "pack/bad.py").write_text("import os; os._exit(0)\n")
    (site / "pack/good.py").write_text("")
    return venv / "bin" / "python"


def test_each_failure_is_told_with_its_reason(python: Path) -> None:
    wanted = ("crashes", "fine", "leaves", "missing", "raises")
    failed = Importer().failures(python, wanted)
    assert set(failed) == {"crashes", "leaves", "missing", "raises"}
    assert failed["raises"] == "RuntimeError: not today"
    assert "status 11" in failed["crashes"]


def test_modules_after_one_that_ends_python_are_still_imported(python: Path) -> None:
    failed = Importer().failures(python, ("pack", "pack.bad", "pack.good", "pack.no"))
    assert set(failed) == {"pack.bad", "pack.no"}


def test_what_modules_print_and_ask_does_not_matter(python: Path) -> None:
    failed = Importer().failures(python, ("prints", "fine"))
    assert failed == {"prints": "EOFError: EOF when reading a line"}


def test_a_python_that_does_not_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(PrefixError, match="does not run"):
        Importer().failures(tmp_path / "python", ("fine",))
