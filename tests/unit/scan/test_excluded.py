"""What a user does not want to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.scan.folders import scanned

_FILES = {
    "a.py": "import numpy, helpers\n",
    "old/b.py": "import Image\n",
    "old/deep/c.py": "import cPickle\n",
    "try_old.py": "import rich\n",
    "helpers.py": "import scipy\n",
}


@pytest.mark.parametrize(
    ("patterns", "left_out", "modules"),
    [
        (("old",), ["old"], {"numpy", "helpers", "rich", "scipy"}),
        (("old/",), ["old"], {"numpy", "helpers", "rich", "scipy"}),
        (
            ("old/*.py", "try_*"),
            ["old/b.py", "try_old.py"],
            {"numpy", "helpers", "cPickle", "scipy"},
        ),
        (("nothing",), [], {"numpy", "helpers", "Image", "cPickle", "rich", "scipy"}),
    ],
)
def test_what_is_excluded_is_not_read_and_told(
    tmp_path: Path, patterns: tuple[str, ...], left_out: list[str], modules: set[str]
) -> None:
    found = scanned(tmp_path, _FILES, exclude=patterns)
    assert {item.module for item in found.imports} == modules
    assert [(each.path, each.reason) for each in found.skipped] == [
        (path, "excluded") for path in left_out
    ]


def test_what_is_excluded_is_the_projects_all_the_same(tmp_path: Path) -> None:
    found = scanned(tmp_path, _FILES, exclude=("helpers.py",))
    kinds = {item.module: item.kind.value for item in found.imports}
    assert kinds["helpers"] == "first-party"
    assert "scipy" not in kinds


def test_what_is_named_is_read_though_it_is_excluded_in_the_whole(
    tmp_path: Path,
) -> None:
    scanned(tmp_path, _FILES)
    part = scanned(tmp_path / "old", {}, exclude=("old",))
    assert {item.module for item in part.imports} == {"Image", "cPickle"}
