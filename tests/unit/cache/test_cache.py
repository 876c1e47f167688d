"""The cache can be seen, cleared by age and by part, and stays what it is else."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from caddis.adapters.cache_folder import (
    list_items,
    mark_used,
    remove_items,
    remove_old_projects,
)
from caddis.cli import main
from caddis.model.cache import CacheItem, plan_clear

DAY = 24 * 3600


def put(path: Path, *, days: float = 0, content: str = "1234") -> Path:
    """Write a file that was last used *days* ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    when = time.time() - days * DAY
    os.utime(path, (when, when))
    return path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with something old and something new in it."""
    folder = tmp_path / "cache"
    put(folder / "frames/ab/old.frame", days=40)
    put(folder / "frames/cd/new.frame")
    put(folder / "packages/ab/abc/0", days=40)
    put(folder / "packages/ab/abc/index.json", days=40)
    put(folder / "uv/wheels/x", days=90)
    put(folder / "elf.json")
    for name, days in (("old-1", 40), ("new-1", 1)):
        put(folder / "envs" / name / "bin/python")
        when = time.time() - days * DAY
        os.utime(folder / "envs" / name, (when, when))
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(folder))
    return folder


def left(cache: Path) -> set[str]:
    return {item.path.name for item in list_items(cache)}


def test_each_thing_is_listed_with_its_part_and_size(cache: Path) -> None:
    found = {(item.part, item.path.name): item.size for item in list_items(cache)}
    assert found == {
        ("frames", "old.frame"): 4,
        ("frames", "new.frame"): 4,
        ("packages", "abc"): 8,
        ("uv", "uv"): 4,
        ("others", "elf.json"): 4,
        ("envs", "old-1"): 4,
        ("envs", "new-1"): 4,
    }


def test_what_was_of_no_use_for_long_goes_and_engines_keep_theirs(
    cache: Path,
) -> None:
    assert main(["cache", "clear", "--older-than", "30", "-q"]) == 0
    assert left(cache) == {"new.frame", "uv", "elf.json", "new-1"}


def test_one_part_is_cleared(cache: Path) -> None:
    assert main(["cache", "clear", "frames", "-q"]) == 0
    assert left(cache) == {"abc", "uv", "elf.json", "old-1", "new-1"}


def test_all_is_cleared(cache: Path) -> None:
    assert main(["cache", "clear", "-q"]) == 0
    assert left(cache) == set()


def test_listing_changes_nothing(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = left(cache)
    assert main(["cache", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {each["part"]: each["items"] for each in answer["parts"]} == {
        "envs": 2,
        "frames": 2,
        "packages": 1,
        "uv": 1,
        "others": 1,
    }
    # Listing once more must not make old things look used.
    assert main(["cache", "clear", "--older-than", "30", "-q"]) == 0
    assert left(cache) < before


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    "words", [["clear", "no-such-part"], ["list", "frames"], ["--older-than", "3"]]
)
def test_nonsense_is_refused(words: list[str]) -> None:
    assert main(["cache", *words]) == 2


def test_no_cache_is_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "nothing"))
    assert main(["cache", "-q"]) == 0
    assert main(["cache", "clear", "-q"]) == 0


def test_only_environments_that_nobody_packs_leave_by_themselves(
    cache: Path,
) -> None:
    since = time.time() - 30 * DAY
    gone = remove_old_projects(cache, unused_since=since)
    assert [item.path.name for item in gone] == ["old-1"]
    assert {"new-1", "old.frame"} <= left(cache)
    assert "old-1" not in left(cache)


def test_what_is_used_again_stays(cache: Path) -> None:
    mark_used(cache / "envs/old-1")
    assert remove_old_projects(cache, unused_since=time.time() - 30 * DAY) == ()


def test_a_thing_that_somebody_else_removed_is_no_error(tmp_path: Path) -> None:
    gone = CacheItem(part="frames", path=tmp_path / "gone", size=3, used=0)
    assert remove_items(plan_clear([gone])) == 3
