"""A lock keeps its options so that they are the same anywhere, and not secret."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from caddis.cli.locking.kept_options import given_options, recall_options
from caddis.cli.locking.options import add_lock_options
from caddis.errors import UsageError


def _typed(folder: Path, *words: str) -> Namespace:
    parser = ArgumentParser()
    add_lock_options(parser)
    return parser.parse_args(words, namespace=Namespace(folder=folder))


def test_places_are_told_from_the_project_and_urls_without_passwords(
    tmp_path: Path,
) -> None:
    typed = _typed(
        *(
            tmp_path,
            "-f",
            str(tmp_path / "in" / "a.txt"),
            "-c",
            "https://u:w@c.example",
        ),
        *(
            "--find-links",
            str(tmp_path / "wheels"),
            "--find-links",
            "https://f.example",
        ),
        *("-U", "-P", "six", "--offline", "--platform", "linux-64"),
    )
    assert given_options(typed) == (
        *("-f", "in/a.txt", "-c", "https://c.example"),
        *("--find-links", "wheels", "--find-links", "https://f.example"),
    )


def test_what_is_typed_now_goes_before_what_is_kept(tmp_path: Path) -> None:
    lock = tmp_path / "caddis.lock"
    lock.write_text('{\n"options": ["-f", "in/a.txt", "-c", "old", "--newer", "x"]')
    typed = _typed(tmp_path, "-c", "new")
    recall_options(typed, lock)
    assert (typed.file, typed.channel) == ([tmp_path / "in" / "a.txt"], ["new"])


def test_what_is_recalled_is_of_the_kind_that_is_typed(tmp_path: Path) -> None:
    # A path where a text was expected stopped `caddis pack`.
    lock = tmp_path / "caddis.lock"
    lock.write_text('{\n"options": ["--find-links", "wheels"]')
    typed = _typed(tmp_path)
    recall_options(typed, lock)
    assert typed.find_links == [str(tmp_path / "wheels")]


@pytest.mark.parametrize("text", ["cuda=12", "__cuda=", "__cuda=1=2=3", "__cuda 12"])
def test_a_virtual_package_begins_with_two_underscores(
    tmp_path: Path, text: str
) -> None:
    assert _typed(tmp_path, "--virtual-package", "__cuda=12.4").virtual_package
    with pytest.raises(UsageError, match="no virtual package"):
        _typed(tmp_path, "--virtual-package", text)
