"""What an archive holds is told without unpacking it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.adapters.codecs import Zstd
from caddis.cli import main
from caddis.cli.archives.reading import open_any_archive
from caddis.stages.inspect import list_files
from tests.support.archives import pack_small


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    out = tmp_path / "env.tar.zst"
    pack_small(out, Zstd())
    return out


def test_every_file_is_listed_with_its_layer(archive: Path) -> None:
    found = {file.item.path: file for file in list_files(open_any_archive(archive))}
    assert found["lib/one.py"].layer == "one"
    assert found["lib/one.py"].item.size == 600
    assert found["bin/two"].item.link == "one"
    assert found["share/empty"].item.folder
    assert found["bin/activate"].layer == "caddis-home"


def test_programs_read_layers_and_totals(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(archive), "--json", "--files"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["platform"] == "linux-64"
    assert [layer["name"] for layer in told["layers"]] == ["caddis-home", "one", "two"]
    assert told["files"] == len(told["files_listed"])
    assert told["size"] == archive.stat().st_size
    assert not told["signed"]


def test_people_read_a_table(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(archive)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "python    3.11.7" in lines
    assert any(line.split()[:3] == ["two", "1.0", "pypi"] for line in lines)
    assert lines[-1].startswith("3 layers")


def test_another_file_is_refused_with_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.zip").write_bytes(b"text")
    assert main(["inspect", str(tmp_path / "other.zip")]) == 8
    assert "not an archive of caddis" in capsys.readouterr().err
