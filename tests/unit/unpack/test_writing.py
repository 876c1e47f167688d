"""What a frame may write, and what stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ArchiveError
from caddis.model.formats.tar_headers import file_header, folder_header, padding
from caddis.stages.unpack.writing import Writer


def _file(path: str, content: bytes) -> bytes:
    header = file_header(path, len(content), executable=False)
    return header + content + padding(len(content))


def _write(top: Path, data: bytes, *, limit: int = 100) -> int:
    top.mkdir(exist_ok=True)
    return Writer(top, for_windows=False).write(iter((data,)), limit=limit).entries


def test_files_and_folders_are_counted(tmp_path: Path) -> None:
    data = _file("lib/a", b"one") + folder_header("share/empty")
    assert _write(tmp_path, data) == 2
    assert (tmp_path / "lib/a").read_bytes() == b"one"
    assert (tmp_path / "share/empty").is_dir()


def test_a_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="ends inside 'lib/a'"):
        _write(tmp_path, _file("lib/a", b"0123456789")[:515])


def test_no_more_is_written_than_the_manifest_promises(tmp_path: Path) -> None:
    data = _file("a", b"12345") + _file("b", b"12345")
    assert _write(tmp_path / "enough", data, limit=10) == 2
    with pytest.raises(ArchiveError, match="'b' makes the archive larger"):
        _write(tmp_path / "less", data, limit=9)
    assert not (tmp_path / "less/b").exists()


def test_one_path_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="has 'a' twice"):
        _write(tmp_path, _file("a", b"1") + _file("a", b"2"))
