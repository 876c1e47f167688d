"""`caddis scan`, run within the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from caddis.cli import main


def answer(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Run `caddis scan` and answer its exit code and what it printed."""
    code = main(["scan", *map(str, words)])
    return code, capsys.readouterr().out


def committed(folder: Path) -> None:
    """Make *folder* a repository whose last revision has all that is in it."""
    for words in (
        "init -q",
        "add .",
        "-c user.name=a -c user.email=a@b.c commit -qm a",
    ):
        subprocess.run(["git", *words.split()], cwd=folder, check=True)
