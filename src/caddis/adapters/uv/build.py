"""Which sources uv makes wheels of."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from caddis.errors import EngineError

_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*\s*(?:\[[^]]*])?\s*@\s*")
_EXTRAS = re.compile(r"\[[^]]*]$")


def local_source(source: str, folder: Path) -> Path:
    """Find the folder or sdist of *source*, a reference as pip takes it.

    Raises:
        EngineError: it is somewhere else, or not there.
    """
    # It brings a whole web client, which most calls of uv do without.
    from urllib.request import url2pathname

    text = source.removeprefix("-e ").partition(" ;")[0].strip()
    text = _NAME.sub("", text)
    if text.startswith("file:"):
        path = Path(url2pathname(urlsplit(text).path))
    elif "://" in text or text.startswith("git+"):
        raise EngineError(
            f"{text} is not on this disk, and caddis builds wheels only of what is",
            hint="Install it with caddis sync and pack that with -p PREFIX.",
        )
    else:
        path = folder / _EXTRAS.sub("", text)
    if not path.exists():
        raise EngineError(f"There is nothing to build at {path}")
    return path
