"""What people are told of files that changed after they were installed."""

from __future__ import annotations

from caddis.model.changed_file import ChangedFile, FileState
from caddis.workflow.differences import tell


def changed(path: str, state: FileState, *, by: str = "") -> ChangedFile:
    return ChangedFile(path=path, package="numpy", state=state, by=by)


def test_an_edit_and_a_gap_are_named() -> None:
    told = tell([changed("a.py", FileState.EDITED), changed("b.py", FileState.MISSING)])
    assert list(told) == [
        "a.py of numpy was edited; the edit is kept",
        "b.py of numpy is missing",
    ]


def test_a_repair_is_told_as_one() -> None:
    (line,) = tell([changed("a.py", FileState.MISSING)], repaired=True)
    assert line == "a.py of numpy was missing; the package's own is packed"


def test_a_thousand_changes_are_a_few_lines() -> None:
    files = [changed(f"{n}.py", FileState.MISSING) for n in range(1000)]
    told = list(tell(files))
    assert len(told) == 11
    assert told[-1] == "990 more files of numpy: each is missing"


def test_a_package_that_pip_replaced_is_one_line_with_the_way_out() -> None:
    # One line a file hid everything else: numpy has seven hundred.
    files = [changed(f"{n}.py", FileState.SHADOWED, by="numpy") for n in range(700)]
    (line,) = tell(files)
    assert "700 of its files" in line
    assert "`pip uninstall numpy`" in line
    assert "`conda remove --force numpy`" in line


def test_an_overwriting_stranger_is_named() -> None:
    (line,) = tell([changed("a.py", FileState.SHADOWED, by="other")])
    assert line == "other, a distribution, has overwritten 1 file of numpy"
