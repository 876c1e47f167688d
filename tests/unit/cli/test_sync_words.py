"""What a check of an environment says."""

from __future__ import annotations

from caddis.cli.commands.sync import describe_files
from caddis.model.changed_file import ChangedFile, FileState


def test_a_package_that_is_gone_is_told_in_one_line() -> None:
    files = [
        ChangedFile(path=f"{n:02}", package="big", state=FileState.MISSING)
        for n in range(30)
    ]
    edited = ChangedFile(path="a.py", package="big", state=FileState.EDITED)
    assert list(describe_files([*files, edited])) == [
        "edited a.py (big)",
        "missing 30 files, as 00 (big)",
    ]
