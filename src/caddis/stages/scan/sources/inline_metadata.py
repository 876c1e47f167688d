"""Dependencies that a script declares in a comment (PEP 723)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# The expression of the standard itself:
# https://packaging.python.org/en/latest/specifications/inline-script-metadata/
_BLOCK = re.compile(
    r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
)


def has_inline(text: bytes) -> bool:
    """Say whether a script may declare something, faster than by reading all of it."""
    return text.rfind(b"///") >= 0 and b"# /// script" in text


def declared_inline(text: bytes) -> Iterator[tuple[str, int]]:
    """Yield each requirement of the `script` block, and the line of the block."""
    decoded = text.decode(errors="replace")
    for block in _BLOCK.finditer(decoded):
        if block["type"] != "script":
            continue
        line = decoded.count("\n", 0, block.start()) + 1
        content = "".join(
            comment[2:] if comment.startswith("# ") else comment[1:]
            for comment in block["content"].splitlines(keepends=True)
        )
        try:
            dependencies = tomllib.loads(content).get("dependencies", [])
        except tomllib.TOMLDecodeError:
            continue
        for text_of_one in dependencies:
            yield str(text_of_one), line
