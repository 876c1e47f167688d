"""Headers and the directory of a zip, with Python's zipfile as the judge."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddis.errors import ArchiveError
from caddis.model.formats.zip_entries import (
    STORED,
    ZipEntry,
    central_directory,
    local_header,
    read_local_header,
)

names = st.text(
    st.characters(exclude_characters="\0/", exclude_categories=("Cs",)), min_size=1
).filter(lambda name: name not in {".", ".."})
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


def stored(path: str, content: bytes = b"", mode: int = 0o100644) -> ZipEntry:
    return ZipEntry(
        path=path,
        method=STORED,
        crc=zlib.crc32(content),
        packed=len(content),
        size=len(content),
        mode=mode,
    )


def zip_of(entries: list[tuple[ZipEntry, bytes]]) -> bytes:
    out, places = io.BytesIO(), []
    for entry, content in entries:
        places.append((entry, out.tell()))
        out.write(local_header(entry) + content)
    out.write(central_directory(places, start=0))
    return out.getvalue()


@given(path=paths, content=st.binary(max_size=200), executable=st.booleans())
def test_zipfile_reads_every_file_as_it_was_written(
    path: str, content: bytes, executable: bool
) -> None:
    mode = 0o100755 if executable else 0o100644
    data = zip_of([(stored("first"), b""), (stored(path, content, mode), content)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = archive.infolist()[1]
        assert archive.read(found) == content
    assert found.orig_filename == path
    assert found.external_attr >> 16 == mode
    assert found.date_time == (1980, 1, 1, 12, 0, 0)


def test_a_link_and_a_folder_are_what_they_are_on_unix() -> None:
    link, folder = stored("l", b"to", 0o120777), stored("f", b"", 0o40755)
    data = zip_of([(link, b"to"), (folder, b"")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first, second = archive.infolist()
    assert stat.S_ISLNK(first.external_attr >> 16)
    assert second.is_dir()


@given(path=paths, mode=st.sampled_from([0o100644, 0o100755, 0o120777, 0o40755]))
def test_a_local_header_tells_all_by_itself(path: str, mode: int) -> None:
    entry = stored(path, b"content", mode)
    assert read_local_header(io.BytesIO(local_header(entry)).read) == entry


def test_a_header_that_was_changed_is_refused() -> None:
    header = bytearray(local_header(stored("file")))
    header[6] ^= 1  # "encrypted"
    with pytest.raises(ArchiveError, match="file"):
        read_local_header(io.BytesIO(header).read)


def test_a_file_of_over_4_gib_and_what_follows_it_can_be_read(tmp_path: Path) -> None:
    # Sparse: the disk holds a few blocks of it.
    size = 5 * 2**30
    large = ZipEntry(
        path="large", method=STORED, crc=0, packed=size, size=size, mode=0o100644
    )
    small = stored("small", b"here")
    at = len(local_header(large)) + size
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.write(local_header(large))
        file.seek(at)
        file.write(local_header(small) + b"here")
        file.write(central_directory([(large, 0), (small, at)], start=0))
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("large").file_size == size
        assert archive.read("small") == b"here"


def test_more_entries_than_16_bits_can_count_are_all_there() -> None:
    data = zip_of([(stored(f"{number}"), b"") for number in range(66_000)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == 66_000
