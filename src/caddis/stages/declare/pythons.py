"""Which Pythons a project is for, wherever it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from caddis.model.toml import read_toml, text_in

_IN_FILES = {
    "setup.cfg": re.compile(r"^python_requires\s*=\s*(.+)$", re.MULTILINE),
    "setup.py": re.compile(r"\bpython_requires\s*=\s*[\"']([^\"']+)[\"']"),
}
_CARET = re.compile(r"\^\s*((\d+)(?:\.\d+)*)")
_TILDE = re.compile(r"~\s*((\d+)\.(\d+)(?:\.\d+)*)")


def allowed_python(folder: Path) -> str:
    """Answer the bounds that the project in *folder* sets, as `>=3.10`; or nothing."""
    return next(filter(None, map(str.strip, _told(folder))), "")


def _told(folder: Path) -> Iterator[str]:
    content = read_toml(folder / "pyproject.toml")
    yield text_in(content, "project", "requires-python")
    yield _bounds(text_in(content, "tool", "poetry", "dependencies", "python"))
    for name, pattern in _IN_FILES.items():
        path = folder / name
        if path.is_file():
            found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
            yield found[1] if found else ""


def _bounds(poetry: str) -> str:
    """Write what poetry calls `^3.10` or `~3.10` as every other tool does."""
    bounds = _CARET.sub(lambda m: f">={m[1]},<{int(m[2]) + 1}", poetry)
    return _TILDE.sub(lambda m: f">={m[1]},<{m[2]}.{int(m[3]) + 1}", bounds)
