"""Until when packages count: up to a day, a moment, or so long ago.

So long ago (`1 week`) is another moment every day. A lock therefore keeps the moment
that it meant, and goes on from it until somebody upgrades.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from caddis.errors import UsageError

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WORDS = r"w(?:ee)?ks?|w|days?|d|h(?:ou)?rs?|h|min(?:ute)?s?|m|sec(?:ond)?s?|s"
_PART = re.compile(rf"(\d+)\s*({_WORDS})\b,?\s*", re.IGNORECASE)
_SPAN = re.compile(rf"(?:{_PART.pattern})+(?:ago)?", re.IGNORECASE)
_ISO_PART = re.compile(r"(\d+)([WDHMS])")
_ISO_SPAN = re.compile(
    r"P(?=.)(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?", re.IGNORECASE
)
_DAY = len("2026-11-21")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cutoff:
    """Until when packages count."""

    said: str
    """As a person wrote it: `2026-11-01`, a moment, or `1 week`."""
    until: str
    """The moment that is meant: `2026-11-02T00:00:00+00:00`."""

    @property
    def is_span(self) -> bool:
        """Say whether it is told how long ago, which means another moment every day."""
        return _span(self.said) is not None


def read_cutoff(said: str, *, now: datetime) -> Cutoff:
    """Read a day, which is meant with all of it in UTC, a moment, or how long ago.

    Raises:
        UsageError: it is none of these, or before all days there are.
    """
    try:
        span = _span(said)
        moment = now - span if span is not None else _moment(said)
        until = moment.astimezone(timezone.utc).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise UsageError(
            f"exclude-newer: {said!r} is no day, and not how long ago",
            hint="Write it like 2026-11-21, 2026-11-21T12:00:00Z, '1 week' or P7D."
            " Months and years differ in length: write days.",
        ) from None
    return Cutoff(said=said, until=until.isoformat())


def _moment(said: str) -> datetime:
    found = datetime.fromisoformat(said.replace("Z", "+00:00"))
    if len(said) == _DAY:
        found += timedelta(days=1)
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _span(said: str) -> timedelta | None:
    """Read how long ago; None where *said* is something else."""
    text = said.strip()
    if _ISO_SPAN.fullmatch(text):
        parts = _ISO_PART.findall(text.upper())
    elif _SPAN.fullmatch(text):
        parts = _PART.findall(text)
    else:
        return None
    return sum(
        (timedelta(**{_UNITS[unit[0].lower()]: int(count)}) for count, unit in parts),
        timedelta(),
    )
