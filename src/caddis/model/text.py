"""Text as people's files hold it."""

from __future__ import annotations

import codecs
from pathlib import Path

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """Read a file of UTF-8, or of UTF-16 where a mark says so.

    Windows PowerShell writes the latter: `pip freeze > requirements.txt`.

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is neither.
    """
    data = path.read_bytes()
    text = data.decode("utf-16" if data.startswith(_MARKS) else "utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")
