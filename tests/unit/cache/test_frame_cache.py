"""Frames that were begun and never finished leave the cache."""

from __future__ import annotations

import os
import time
from pathlib import Path

from caddis.adapters.frame_cache import DiskFrameCache


def test_what_a_killed_pack_left_goes_with_a_later_one(tmp_path: Path) -> None:
    # A full disk stayed full: each killed pack left a frame of up to gigabytes.
    cache = DiskFrameCache(tmp_path)
    left, being_made = cache.reserve(), cache.reserve()
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(left, (long_ago, long_ago))
    new = cache.reserve()
    assert sorted(new.parent.iterdir()) == sorted((being_made, new))
