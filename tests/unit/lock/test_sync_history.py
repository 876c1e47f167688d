from __future__ import annotations

from pathlib import Path

from caddis.model.prefix.history import read_history
from caddis.stages.sync.history import write_history
from caddis.stages.sync.plan import SyncPlan


def test_what_others_had_been_asked_for_is_said_to_be_gone(tmp_path: Path) -> None:
    # conda adds up all entries: without a word numpy would be asked for for ever.
    path = tmp_path / "conda-meta" / "history"
    path.parent.mkdir()
    path.write_text(
        "==> 2026-11-21 10:00:00 <==\n# cmd: conda create -n a numpy pandas\n"
        "# update specs: ['numpy', 'pandas <3']\n"
    )
    write_history(SyncPlan(), ["pandas"], tmp_path)
    assert "# remove specs: ['numpy']\n# update specs: ['pandas']\n" in path.read_text()
    assert read_history(tmp_path).specs == {"pandas": "pandas"}


def test_a_first_entry_says_only_what_is_asked_for(tmp_path: Path) -> None:
    write_history(SyncPlan(), ["numpy <3"], tmp_path)
    text = (tmp_path / "conda-meta" / "history").read_text()
    assert "remove specs" not in text
    assert "# update specs: ['numpy <3']" in text
