from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.stages.sync.variables import write_pins, write_variables


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    (tmp_path / "conda-meta").mkdir()
    return tmp_path


def _variables(prefix: Path) -> dict[str, str]:
    found = json.loads((prefix / "conda-meta" / "state").read_text())["env_vars"]
    assert isinstance(found, dict)
    return found


def test_a_variable_that_is_no_longer_asked_for_goes(prefix: Path) -> None:
    write_variables(prefix, ["A=1", "B=two words"])
    write_variables(prefix, ["B=two words"], before=["A=1", "B=two words"])
    assert _variables(prefix) == {"B": "two words"}


def test_variables_that_others_set_stay(prefix: Path) -> None:
    state = prefix / "conda-meta" / "state"
    state.write_text('{"version": 1, "env_vars": {"A": "mine", "MINE": "1"}}')
    write_variables(prefix, ["B=2"], before=["A=1"])
    assert _variables(prefix) == {"A": "mine", "MINE": "1", "B": "2"}


def test_nothing_is_written_where_nothing_is_asked_for(prefix: Path) -> None:
    write_variables(prefix, [])
    write_pins(prefix, [])
    assert list((prefix / "conda-meta").iterdir()) == []


def test_a_pin_that_is_no_longer_asked_for_goes_and_others_stay(prefix: Path) -> None:
    pinned = prefix / "conda-meta" / "pinned"
    pinned.write_text("numpy <3  # mine\n# a word\n")
    write_pins(prefix, ["python 3.11.*", "scipy <2"])
    write_pins(prefix, ["scipy <2"], before=["python 3.11.*", "scipy <2"])
    assert pinned.read_text() == "numpy <3  # mine\n# a word\nscipy <2\n"
