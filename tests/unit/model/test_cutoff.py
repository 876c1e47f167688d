"""Until when packages count."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from caddis.errors import UsageError
from caddis.model.cutoff import read_cutoff

_NOW = datetime(2026, 11, 22, 4, 30, 15, 999, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-11-01", "2026-11-02T00:00:00+00:00"),
        ("2026-11-01T12:00:00Z", "2026-11-01T12:00:00+00:00"),
        ("2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00+00:00"),
        ("2026-11-01 12:00:00", "2026-11-01T12:00:00+00:00"),
    ],
)
def test_a_day_counts_whole_and_in_the_same_zone_everywhere(
    said: str, until: str
) -> None:
    found = read_cutoff(said, now=_NOW)
    assert found.until == until
    assert not found.is_span


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("1 week", "2026-11-15T04:30:15+00:00"),
        ("2 weeks ago", "2026-11-08T04:30:15+00:00"),
        ("30days", "2026-10-23T04:30:15+00:00"),
        ("1 day, 2 hours", "2026-11-21T02:30:15+00:00"),
        ("90 minutes", "2026-11-22T03:00:15+00:00"),
        ("P1W", "2026-11-15T04:30:15+00:00"),
        ("P1DT12H", "2026-11-20T16:30:15+00:00"),
        ("PT30M", "2026-11-22T04:00:15+00:00"),
    ],
)
def test_so_long_ago_counts_from_now(said: str, until: str) -> None:
    found = read_cutoff(said, now=_NOW)
    assert found.until == until
    assert found.is_span


@pytest.mark.parametrize(
    "said", ["soon", "1 month", "P1M", "P", "PT", "2026-13-01", "999999 weeks", "week"]
)
def test_what_is_no_time_is_told_with_what_would_be(said: str) -> None:
    with pytest.raises(UsageError, match=f"'{said}' is no day") as caught:
        read_cutoff(said, now=_NOW)
    assert "'1 week'" in caught.value.hint
