from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

import pytest

from caddis.cli.compile_options import add_compile_options
from caddis.cli.pip_tools import with_configuration
from caddis.errors import ProjectError, UsageError

CONFIGURED = """\
[tool.pip-tools]
generate-hashes = true
strip-extras = false
quiet = false
extra = ["dev", "docs"]

[tool.pip-tools.compile]
annotation_style = "line"

[tool.pip-tools.sync]
ask = true
"""
AS_WORDS = [
    *("--generate-hashes", "--no-strip-extras", "--extra=dev", "--extra=docs"),
    "--annotation-style=line",
]


def test_the_configuration_of_pip_tools_goes_before_what_is_typed(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIGURED)
    words = with_configuration(["--strip-extras", "a.in"], tmp_path)
    assert words == [*AS_WORDS, "--strip-extras", "a.in"]


def test_its_own_file_goes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIGURED)
    (tmp_path / ".pip-tools.toml").write_text("[tool.pip-tools]\nheader = false\n")
    assert with_configuration([], tmp_path) == ["--no-header"]


def test_a_configuration_can_be_named_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(CONFIGURED)
    (tmp_path / "other.toml").write_text("[tool.pip-tools]\nupgrade = true\n")
    assert with_configuration(["--no-config", "a.in"], tmp_path) == ["a.in"]
    named = with_configuration(["--config", "other.toml", "a.in"], tmp_path)
    assert named == ["--upgrade", "a.in"]


def test_a_pyproject_without_a_word_of_pip_tools_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert with_configuration(["a.in"], tmp_path) == ["a.in"]


def test_words_for_pip_may_look_like_an_option(tmp_path: Path) -> None:
    words = with_configuration(["--pip-args", "--retries=3", "a.in"], tmp_path)
    assert words == ["--pip-args=--retries=3", "a.in"]


@pytest.mark.parametrize("text", [None, "[tool.pip-tools"])
def test_a_configuration_that_cannot_be_read_is_told(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "other.toml").write_text(text)
    with pytest.raises(ProjectError, match="other"):
        with_configuration(["--config=other.toml"], tmp_path)


@pytest.mark.parametrize(
    "words",
    [["--build-deps-for", "wheel"], ["--all-build-deps"], ["--only-build-deps"]],
)
def test_what_is_for_builds_alone_is_refused_with_the_way_around(
    words: list[str],
) -> None:
    parser = ArgumentParser()
    add_compile_options(parser)
    with pytest.raises(UsageError, match=words[0]) as caught:
        parser.parse_args([*words, "requirements.in"])
    assert "build.in" in caught.value.hint
