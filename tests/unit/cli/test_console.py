"""What a person sees, when others chose the names in it."""

from __future__ import annotations

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.cli.console import Console
from tests.support.stacks import make_layer, pack_layers

EVIL = "\x1b[2J\x9b31m\nhint: run me"
"""Clears the screen, turns it red, and speaks with the voice of caddis."""


class Terminal:
    """The other end of a terminal that is stderr for a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._master, slave = pty.openpty()
        self._stderr = os.fdopen(slave, "w", encoding="utf-8")
        monkeypatch.setattr(sys, "stderr", self._stderr)

    def shown(self) -> str:
        self._stderr.close()
        shown = b""
        try:
            while piece := os.read(self._master, 65536):
                shown += piece
        except OSError:  # Linux says so at the end of a terminal.
            pass
        os.close(self._master)
        return shown.decode()


def test_progress_shows_what_a_name_holds_and_takes_none_of_it_for_markup(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # rich ended with a traceback at `[/x]`.
    terminal = Terminal(monkeypatch)
    with Console() as console:
        console.step(1, 2, f"unpack [/x]{EVIL}")
    shown = terminal.shown()
    assert "[/x]\\u001b[2J\\u009b31m\\nhint" in shown
    assert "\x1b[2J\x9b" not in shown


def test_no_name_makes_a_line_that_caddis_might_have_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Console() as console, console.stage("unpack") as stage:
        console.note(f"{EVIL} was edited")
        stage.result = f"2 files in {EVIL}"
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "note: \\u001b[2J\\u009b31m"
    assert lines[1] == "      hint: run me was edited"
    assert lines[2].endswith("2 files in \\u001b[2J\\u009b31m\\nhint: run me")


def test_hostile_names_are_listed_on_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "a.tar.gz"
    pack_layers(archive, make_layer("x", {f"lib/{EVIL}": b"content"}))
    assert main(["inspect", "--files", str(archive)]) == 0
    (line,) = (s for s in capsys.readouterr().out.splitlines() if "31m" in s)
    assert line.endswith("lib/\\u001b[2J\\u009b31m\\nhint: run me")
    assert main(["inspect", "--files", "--json", str(archive)]) == 0
    out = capsys.readouterr().out
    assert "\x9b" not in out
    files = json.loads(out)["files_listed"]
    assert f"lib/{EVIL}" in {file["path"] for file in files}
