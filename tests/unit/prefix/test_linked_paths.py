"""Records of conda's own installer name files of noarch packages by the package."""

from __future__ import annotations

import pytest

from caddis.model.prefix.linked_paths import with_linked_paths


def _record(paths: list[str], files: list[str], **more: str) -> dict[str, object]:
    told = [{"_path": path, "sha256": "ab"} for path in paths]
    return {"noarch": "python", "files": files, "paths_data": {"paths": told}, **more}


def _paths(record: dict[str, object]) -> list[str]:
    described = record["paths_data"]
    assert isinstance(described, dict)
    return [file["_path"] for file in described["paths"]]


@pytest.mark.parametrize(
    ("library", "programs"),
    [("lib/python3.11/site-packages", "bin"), ("Lib/site-packages", "Scripts")],
)
def test_files_are_where_they_were_linked(library: str, programs: str) -> None:
    cached = f"{library}/a/__pycache__/__init__.cpython-311.pyc"
    linked = [f"{library}/a/__init__.py", f"{programs}/tool", f"{programs}/a", cached]
    packed = ["site-packages/a/__init__.py", "python-scripts/tool", f"{programs}/a"]
    record = _record([*packed, cached, "share/a.txt"], [*linked, "share/a.txt"])
    assert _paths(with_linked_paths(record)) == [*linked, "share/a.txt"]


def test_a_record_of_others_stays_as_it_is() -> None:
    linked = ["lib/python3.11/site-packages/a.py", "share/site-packages/b.py"]
    record = _record(linked, linked)
    assert with_linked_paths(record) is record
    own = _record(["site-packages/a.py"], ["site-packages/a.py"], noarch="")
    assert with_linked_paths(own) is own


def test_what_is_nowhere_keeps_its_name() -> None:
    record = _record(["site-packages/a.py", "python-scripts/a"], [])
    assert _paths(with_linked_paths(record)) == [
        "site-packages/a.py",
        "python-scripts/a",
    ]
