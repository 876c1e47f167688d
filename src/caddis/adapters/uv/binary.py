"""Where uv's program is."""

from __future__ import annotations

import os
import sys


def find_uv() -> str:
    """Find the program that uv's wheel brings, never one from PATH.

    uv's own search imports the whole configuration of Python before it looks where
    the programs of a virtual environment are, so that is done without it.
    """
    beside = os.path.join(sys.prefix, "bin", "uv")
    if sys.prefix != sys.base_prefix and os.path.isfile(beside):
        return beside
    from uv import find_uv_bin

    return find_uv_bin()
