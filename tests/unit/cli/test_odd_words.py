"""Words and files that make no sense, which once ended in a traceback or a loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli import main


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["names", "update", "--url", "foo"], 2, "'foo' is no URL"),
        (["cache", "clear", "frames", "--older-than", "-3"], 2, "no number of days"),
        (["cache", "clear", "frames", "--older-than", "nan"], 2, "no number of days"),
        (["compile", "binary.in"], 3, "binary.in is not text"),
        (["delta", "a.zip", "b.zip", "-o", "b.zip"], 2, "written over itself"),
        (["sync", "--lock", "list.lock", "-p", "env"], 3, "this is not a lock: "),
        (["sync", "--lock", "mapping.lock", "-p", "env"], 3, "it has no 'caddis-lock'"),
    ],
)
def test_it_is_told_in_words(
    words: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary.in").write_bytes(b"\xd1\x00\xff")
    (tmp_path / "b.zip").write_bytes(b"as it was")
    (tmp_path / "list.lock").write_text("[]")
    (tmp_path / "mapping.lock").write_text("{}")
    assert main(words) == code
    assert said in capsys.readouterr().err
    assert (tmp_path / "b.zip").read_bytes() == b"as it was"


def test_a_link_to_itself_beside_a_file_does_not_matter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a.py").write_text("import numpy\n")
    assert main(["scan", "--no-cache", str(tmp_path / "a.py")]) == 0
    assert "numpy" in capsys.readouterr().out
