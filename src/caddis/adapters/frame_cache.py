"""Frames kept on disk, so that a package is compressed once.

    CACHE/frames/ab/abcdef….frame    the bytes
    CACHE/frames/ab/abcdef….json     what `model.archive.frame_data` says of them
    CACHE/frames/new/                frames being made

The description is written last: a frame without one does not exist.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from caddis.model.archive import frame_data, read_frame
from caddis.model.layers import Frame

_LEFT = 24 * 3600
"""Seconds after which a frame to which nobody wrote will never be finished."""


class DiskFrameCache:
    """A folder of frames; may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "frames"

    def find(self, key: str) -> tuple[Frame, Path] | None:
        """Give the frame of *key*, unless it is missing or of the wrong size."""
        data, description = self._files(key)
        try:
            frame = read_frame(json.loads(description.read_bytes()))
            if data.stat().st_size == frame.size:
                return frame, data
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def reserve(self) -> Path:
        """Make an empty file beside the frames."""
        new = self._folder / "new"
        new.mkdir(parents=True, exist_ok=True)
        _remove_left(new)
        descriptor, name = tempfile.mkstemp(dir=new, suffix=".frame")
        os.close(descriptor)
        return Path(name)

    def keep(self, key: str, frame: Frame, data: Path) -> Path:
        """Move *data* to its place and describe it."""
        place, description = self._files(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(data, place)
        beside = self.reserve()
        beside.write_text(json.dumps(frame_data(frame)))
        os.replace(beside, description)
        return place

    def _files(self, key: str) -> tuple[Path, Path]:
        digest = hashlib.sha256(key.encode()).hexdigest()
        folder = self._folder / digest[:2]
        return folder / f"{digest}.frame", folder / f"{digest}.json"


def _remove_left(new: Path) -> None:
    """Remove what killed processes had begun in the folder *new*."""
    before = time.time() - _LEFT
    for name in os.listdir(new):
        # Another process may have finished it meanwhile.
        with suppress(OSError):
            if os.stat(new / name).st_mtime < before:
                os.unlink(new / name)
