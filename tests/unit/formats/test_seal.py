"""The end of an archive, read by the programs and libraries that people have."""

from __future__ import annotations

import gzip
import subprocess

import zstandard

from caddis.model.formats.seal import gzip_end, zstd_end
from caddis.model.formats.tar_headers import END

HASH = bytes(range(32))


def test_gzip_reads_it_as_the_end_of_a_tar() -> None:
    data = gzip.compress(b"before") + gzip_end(HASH)
    assert gzip.decompress(data) == b"before" + END
    program = subprocess.run(["gzip", "-dc"], input=data, capture_output=True)
    assert (program.stdout, program.stderr) == (b"before" + END, b"")


def test_zstd_reads_it_as_the_end_of_a_tar() -> None:
    data = zstandard.compress(b"before") + zstd_end(HASH)
    program = subprocess.run(["zstd", "-dc"], input=data, capture_output=True)
    assert (program.stdout, program.stderr) == (b"before" + END, b"")


def test_another_first_unit_has_another_end() -> None:
    for end in (gzip_end, zstd_end):
        assert end(HASH) != end(HASH[::-1])
        assert HASH in end(HASH)
