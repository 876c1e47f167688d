"""A lock goes on from the moment that it meant."""

from __future__ import annotations

from caddis.cli.locking.cutoffs import cutoff_of, lasting_cutoff
from caddis.model.cutoff import Cutoff
from caddis.model.lock import Lock

_THEN = Cutoff(said="1 week", until="2020-01-01T00:00:00+00:00")
_LOCKED = Lock(platforms=(), cutoff=_THEN)


def test_what_a_lock_meant_by_so_long_ago_stays() -> None:
    assert lasting_cutoff("1 week", _LOCKED, moves=False) == _THEN


def test_an_upgrade_counts_from_now() -> None:
    found = lasting_cutoff("1 week", _LOCKED, moves=True)
    assert found is not None
    assert found.until > _THEN.until


def test_another_word_is_read_anew() -> None:
    assert lasting_cutoff("2020-06-30", _LOCKED, moves=False) == Cutoff(
        said="2020-06-30", until="2020-07-01T00:00:00+00:00"
    )
    assert lasting_cutoff("", _LOCKED, moves=False) is None


def test_nothing_said_is_no_limit() -> None:
    assert cutoff_of("") is None
