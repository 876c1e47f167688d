"""Headers, with Python's tarfile as the judge."""

from __future__ import annotations

import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from caddis.model.archive import EPOCH
from caddis.model.formats import tar_headers as tar

words = st.text(
    st.characters(exclude_characters="\0/", exclude_categories=("Cs",)), min_size=1
)
no_words = st.binary(min_size=1).map(
    lambda name: name.translate(None, b"\0/").decode("utf-8", "surrogateescape")
)
names = (words | no_words).filter(lambda name: name not in {"", ".", ".."})
paths = st.lists(names, min_size=1, max_size=8).map("/".join)


def read(data: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(data + tar.END)) as archive:
        return archive.getmembers()


@given(path=paths, content=st.binary(max_size=1500), executable=st.booleans())
def test_tarfile_reads_every_file_as_it_was_written(
    path: str, content: bytes, executable: bool
) -> None:
    header = tar.file_header(path, len(content), executable=executable)
    data = header + content + tar.padding(len(content))
    assert len(data) % tar.BLOCK == 0
    with tarfile.open(fileobj=io.BytesIO(data + tar.END)) as archive:
        (member,) = archive.getmembers()
        file = archive.extractfile(member)
        assert file is not None
        assert file.read() == content
    assert member.name == path
    assert member.mode == (0o755 if executable else 0o644)
    assert (member.mtime, member.uid, member.gid) == (EPOCH, 0, 0)
    assert (member.uname, member.gname) == ("", "")


@given(path=paths, target=paths)
def test_tarfile_reads_every_link_as_it_was_written(path: str, target: str) -> None:
    (member,) = read(tar.link_header(path, target))
    assert member.issym()
    assert (member.name, member.linkname) == (path, target)


def test_an_empty_folder_is_a_folder() -> None:
    (member,) = read(tar.folder_header("var/run"))
    assert member.isdir()
    assert member.name == "var/run"


def test_a_name_that_fits_needs_no_extended_header() -> None:
    path = "lib/" + "a" * 150 + "/" + "b" * 100
    assert len(tar.file_header(path, 0, executable=False)) == tar.BLOCK


def test_a_file_of_more_than_8_gib_says_its_size_in_an_extended_header() -> None:
    header = tar.file_header("model.bin", 9 * 2**30, executable=False)
    assert len(header) == 3 * tar.BLOCK
    member = tarfile.TarInfo.frombuf(header[-512:], "utf-8", "strict")
    assert member.size == 0
    assert b"size=9663676416\n" in header
