"""What people type who know other tools, or another order."""

from __future__ import annotations

import json

import pytest

from caddis.cli import main


@pytest.mark.parametrize(
    ("words", "here"),
    [
        (["pack", "-p", "env", "-o", "x.zip", "--format=zip"], "-o env.tar.gz"),
        (["pack", "-p", "env", "-o", "x.zip", "--arcroot", "x"], "tar -xf"),
        (["lock", "-r", "requirements.txt"], "caddis lock -f FILE"),
        (["sync", "--extra", "gpu"], "--group"),
        (["scan", "--verbose"], "--json"),
    ],
)
def test_an_option_of_another_tool_gets_what_does_that_here(
    words: list[str], here: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert here in capsys.readouterr().err.partition("hint: ")[2]


def test_options_before_the_command_are_put_behind_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--quiet", "scan", "folder"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: Options stand behind the command",
        "hint: did you mean: caddis scan --quiet folder",
    ]


def test_who_leaves_out_what_is_needed_is_told_all_that_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["unpack", "env.tar.gz", "folder"]) == 2
    hint = "hint: It takes at least: caddis unpack ARCHIVE -p PREFIX"
    assert hint in capsys.readouterr().err


def test_names_may_stand_on_both_sides_of_an_option(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # argparse took the names before --json alone, and none were left for show.
    assert main(["names", "show", "--json", "cv2", "yaml"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["module"] for row in found] == ["cv2", "yaml"]
