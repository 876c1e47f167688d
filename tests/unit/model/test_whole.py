"""What is written is written whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from caddis.model.whole import whole_file, whole_folder, write_whole

resource = pytest.importorskip("resource")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let every write beyond *size* bytes fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[project]\n")
    with files_of_at_most(10), pytest.raises(OSError):
        write_whole(path, "[project]\nname = 'longer than ten bytes'\n")
    assert path.read_text() == "[project]\n"
    assert os.listdir(tmp_path) == ["pyproject.toml"]


def test_a_link_stays_a_link_and_a_mode_a_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "real.toml", tmp_path / "link.toml"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path.name)
    write_whole(link, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)
    assert link.is_symlink()


def test_a_new_file_may_be_shared_as_the_user_shares_files(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        write_whole(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o664


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, "through")
    reader.join()
    assert read == ["through"]


@pytest.mark.parametrize("make", [whole_file, whole_folder])
def test_an_error_names_what_was_to_be_made(tmp_path: Path, make) -> None:
    place = tmp_path / "missing" / "a.lock"
    with pytest.raises(FileNotFoundError) as error, make(place):
        pass
    assert error.value.filename == str(place)
