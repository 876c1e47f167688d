"""One prefix in place of another in the content of a file."""

from __future__ import annotations

import re

_BOUNDARY = rb"(?![\w-])(?!\.\w)"
"""What follows a prefix: `/a/env2` and `/a/env.old` are other folders."""


class DoesNotFit(Exception):
    """The new prefix is longer than the space for it."""


def patch(content: bytes, old: bytes, new: bytes, *, room: int = 0) -> bytes:
    """Give *content* with the prefix *new* where *old* stands.

    A binary file keeps its length: *room* is that of the placeholder it was built
    with, so that there is space behind a shorter prefix.

    Raises:
        DoesNotFit: in a binary file there is no space for *new*.
    """
    if old not in content:
        return content
    place = re.compile(re.escape(old) + _BOUNDARY)
    if b"\0" not in content:
        return place.sub(lambda _: new, content)
    string = re.compile(re.escape(old) + _BOUNDARY + rb"[^\0]*\0*")
    return string.sub(lambda found: _refill(found[0], place, new, old, room), content)


def _refill(
    padded: bytes, place: re.Pattern[bytes], new: bytes, old: bytes, room: int
) -> bytes:
    """Write *new* into one C string and fill up with NULs."""
    text = padded.rstrip(b"\0")
    changed, count = place.subn(lambda _: new, text)
    # Of the NULs behind, only those that stand for the placeholder's rest are free.
    free = count * max(room - len(old), 0)
    if len(changed) > min(len(text) + free, max(len(padded) - 1, len(text))):
        raise DoesNotFit
    return changed.ljust(len(padded), b"\0")
