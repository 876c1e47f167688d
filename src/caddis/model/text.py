"""Text as people's files hold it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_CODE = re.compile(rb"(?:[^\n]*\n)?[ \t\f]*#[^\n]*coding[:=][ \t]*([-\w.]+)")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path) -> str:
    """Read a file of UTF-8, or of UTF-16 where a mark says so.

    Windows PowerShell writes the latter: `pip freeze > requirements.txt`. Another code
    counts where the first lines name it, as in Python (PEP 263).

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is none of these.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data.startswith(_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        named = _CODE.match(data)
        if named is None:
            raise
        try:
            text = data.decode(named[1].decode())
        except LookupError:
            text = data.decode("utf-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
