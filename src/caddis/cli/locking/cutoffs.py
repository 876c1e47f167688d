"""Until when packages count, for the commands that choose them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caddis.model.cutoff import Cutoff
    from caddis.model.lock import Lock


def cutoff_of(said: str) -> Cutoff | None:
    """Read what was *said*, as of now; None where nothing was.

    Raises:
        UsageError: it is no day, and not how long ago.
    """
    if not said:
        return None
    # Here, because most locks have no limit.
    from caddis.model.cutoff import read_cutoff

    return read_cutoff(said, now=datetime.now(timezone.utc))


def lasting_cutoff(said: str, previous: Lock | None, *, moves: bool) -> Cutoff | None:
    """Read what was *said* as the *previous* lock meant it, unless it *moves*.

    Raises:
        UsageError: it is no day, and not how long ago.
    """
    before = previous.cutoff if previous else None
    is_kept = before is not None and before.said == said and not moves
    return before if is_kept else cutoff_of(said)
