"""A history that goes along tells of the environment, not of a machine and a day."""

from __future__ import annotations

from pathlib import Path

from caddis.model.prefix.history import public_history, read_history, write_entry

TOLD = """\
==> 2024-05-06 07:08:09 <==
# cmd: /home/alice/miniconda3/bin/conda create -p /home/alice/env -c https://u:pw@h/c x
# conda version: 24.1.2
+https://h/c/noarch::x-1.0-0
# update specs: ['x']
"""


def test_two_people_on_two_days_have_the_same_history() -> None:
    another = (
        TOLD.replace("2024-05-06 07:08:09", "2026-01-02 03:04:05")
        .replace("/home/alice/miniconda3/bin/", r"C:\\Users\\bob\\Scripts" + "\\")
        .replace("u:pw@", "")
    )
    assert another != TOLD
    assert public_history(another) == public_history(TOLD)


def test_nothing_secret_stays_and_the_rest_does() -> None:
    said = public_history(TOLD)
    assert "pw" not in said
    assert "# cmd: conda create -p /home/alice/env -c https://h/c x\n" in said
    assert "# update specs: ['x']\n" in said


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    history = tmp_path / "conda-meta" / "history"
    history.parent.mkdir()
    first = write_entry(at=0, added=["b-1-0", "a-1-0"], specs=["a", "b >=1"])
    second = write_entry(at=86_400, removed=["b-1-0"], gone=["b >=1"], specs=["a <2"])
    history.write_text(first + second)
    assert read_history(tmp_path).specs == {"a": "a <2"}
    assert first.splitlines()[2:4] == ["+a-1-0", "+b-1-0"]
    assert second.startswith("==> 1970-01-02 00:00:00 <==\n")


def test_channels_come_from_commands_the_last_first(tmp_path: Path) -> None:
    history = tmp_path / "conda-meta" / "history"
    history.parent.mkdir()
    history.write_text(
        "# cmd: conda create -c first -p x\n"
        "# cmd: conda install --channel=second --channel third y -c\n"
    )
    assert read_history(tmp_path).channels == ("second", "third", "first")
