"""What the system refused, and what is said of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from caddis.cli.failures import system_failure
from caddis.model.whole import whole_file, whole_folder


def no_room() -> OSError:
    # As the system tells a write of it: no name.
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_named_with_what_was_to_be_written(tmp_path: Path) -> None:
    out = tmp_path / "env.tar.gz"
    with pytest.raises(OSError) as caught, whole_file(out):
        raise no_room()
    failure = system_failure(caught.value)
    assert str(failure) == f"No space left on device: {out}"
    assert failure.hint.startswith("The disk mounted at /")
    assert failure.exit_code == 10


def test_the_innermost_place_is_the_one_that_was_full(tmp_path: Path) -> None:
    prefix, frame = tmp_path / "env", tmp_path / "frame"
    with pytest.raises(OSError) as caught:  # noqa: SIM117
        with whole_folder(prefix), whole_file(frame):
            raise no_room()
    assert caught.value.filename == str(frame)


def test_of_a_copy_the_disk_that_is_written_to_is_the_full_one() -> None:
    # As shutil tells it, and a clone onto a full disk told of the wrong one.
    error = OSError(errno.ENOSPC, "full", "/from/a", None, "/proc/self/b")
    failure = system_failure(error)
    assert str(failure) == "full: /proc/self/b"
    assert "mounted at /proc is full" in failure.hint


def test_a_folder_in_the_way_is_named_and_not_the_file_that_was_to_replace_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(IsADirectoryError) as caught, whole_file(tmp_path) as file:
        os.write(file, b"new")
    failure = system_failure(caught.value)
    assert str(failure) == f"Is a directory: {tmp_path}"
    assert failure.hint


@pytest.mark.parametrize(
    ("place", "advice"),
    [
        ("cache/frames/x", "CADDIS_CACHE_DIR"),
        ("tmp/caddis-passing-delta-x/new", "TMPDIR"),
        ("tmp/out.tar.gz", "choose a place on another disk"),
        ("elsewhere/x", "choose a place on another disk"),
        ("cache-of-others/x", "choose a place on another disk"),
    ],
)
def test_the_way_out_is_that_of_the_folder_that_is_full(
    place: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    error = OSError(errno.ENOSPC, "full", str(tmp_path / place))
    assert advice in system_failure(error).hint


@pytest.mark.parametrize("place", ["cache/frames/x", "cache", ""])
def test_a_cache_that_cannot_be_written_may_be_elsewhere(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / place))
    assert "CADDIS_CACHE_DIR" in system_failure(error).hint


def test_other_refusals_name_their_file_and_a_hint() -> None:
    failure = system_failure(PermissionError(errno.EACCES, "Permission denied", "/x"))
    assert (str(failure), failure.hint) == (
        "Permission denied: /x",
        "Check who owns it and its mode.",
    )


def test_a_folder_that_is_not_there_is_to_be_made(tmp_path: Path) -> None:
    missing = OSError(errno.ENOENT, "none", str(tmp_path / "out" / "x.yml"))
    assert system_failure(missing).hint == (
        f"There is no folder {tmp_path / 'out'}: make it first."
    )
    missing = OSError(errno.ENOENT, "none", str(tmp_path / "x.yml"))
    assert system_failure(missing).hint == ""
