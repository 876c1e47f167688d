"""Where the archive starts in a file that begins with a shell script."""

from __future__ import annotations

import re

_SHELL = b"#!/bin/sh\n"
_PAYLOAD = re.compile(rb"^payload_start=(\d+)$", re.MULTILINE)


def payload_start(start: bytes) -> int:
    """Find the byte at which the archive begins; *start* is how the file begins."""
    if not start.startswith(_SHELL):
        return 0
    found = _PAYLOAD.search(start)
    return int(found[1]) if found else 0
