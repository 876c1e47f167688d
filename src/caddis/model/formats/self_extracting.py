"""Where the archive starts in a file that begins with a shell script.

The script's last line but one says where, as `payload_start=…`; its last line is a
hash of all lines before it, so that damage to the script is found as well.
"""

from __future__ import annotations

import hashlib
import re

_SHELL = b"#!/bin/sh\n"
_PAYLOAD = re.compile(rb"^payload_start=0*(\d+)$", re.MULTILINE)
_SEAL = b"# sha256 of the lines above: "


def payload_start(start: bytes) -> int:
    """Find the byte at which the archive begins; *start* is how the file begins."""
    if not start.startswith(_SHELL):
        return 0
    found = _PAYLOAD.search(start)
    return int(found[1]) if found else 0


def with_seal(script: bytes) -> bytes:
    """Add the last line to *script*."""
    return script + _SEAL + hashlib.sha256(script).hexdigest().encode() + b"\n"


def is_whole(front: bytes) -> bool:
    """Say whether what stands before an archive is nothing, or a script as made."""
    script, seal, _ = front.rpartition(_SEAL)
    return not front or (bool(seal) and with_seal(script) == front)
