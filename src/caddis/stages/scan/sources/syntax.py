"""Errors that Python's parser finds, and the signs that make it worth asking."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Collection

from caddis.model.python_2 import OF_PYTHON_2
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.lexer.tokens import TOKEN, formatted_end
from caddis.stages.scan.signs import CONFLICT

_LARGEST = 2**20
"""Bytes of a source that is parsed without being told to."""
_BLANKS = b" \t\r\n\f"
_UNFINISHED = b"([{,\\+-/%|&^<@:"
"""Signs that no statement ends with; comments and star imports hardly ever do."""
_TEMPLATES = ("{{", "{%")
_NEWER = tuple(
    (version, re.compile(pattern))
    for version, pattern in (
        ((3, 11), rb"\bexcept\s*\*|\[[^\]\n]*\*\w|\*\w+\s*:\s*\*"),
        ((3, 12), rb"^\s*type\s+\w+\s*[\[=]"),
        ((3, 12), rb"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\["),
        ((3, 14), rb"\b(?:[rR]?[tT]|[tT][rR])[\"']"),
        ((3, 14), rb"\bexcept\s+[\w.]+\s*,(?!\s*[a-z]\w*\s*:)"),
        ((3, 15), rb"^\s*lazy\s+(?:import|from)\b|\[\s*\*"),
    )
)
"""What a line looks like that only Pythons from a version on can read."""
_SOFT_KEYWORD = re.compile(rb"\s*(?:type|match|case)\b")
"""Where the parser, once it has failed, finds an error first that may be none."""
_FORMATTED = re.compile(rb"\b(?:[rR]?[fF]|[fF][rR])([\"'])")
_MORE_IN_FIELDS = "f-string expression part cannot include"
"""What Python before 3.12 says of backslashes and comments in f-strings."""


def looks_broken(
    reading: Reading, path: str, modules: Collection[str], signs: Collection[bytes]
) -> bool:
    """Say whether the parser may refuse what was read, by what costs nothing to know.

    *reading* imports *modules* and has these *signs*. Most sources without any are
    good, but not all.
    """
    text = reading.text
    if len(text) > _LARGEST:
        return False
    return (
        reading.odd >= 0
        or _ends_early(text)
        or CONFLICT in signs
        or not OF_PYTHON_2.isdisjoint(modules)
        or any(sign in path for sign in _TEMPLATES)
    )


def _ends_early(text: bytes) -> bool:
    """Say whether the last line is cut off: most that are have no newline either."""
    end = text[-80:].rstrip(_BLANKS)
    return text[-1:] != b"\n" or (end[-1:] in _UNFINISHED and bool(end))


def syntax_error(text: bytes) -> tuple[str, int] | None:
    """Tell what the parser of the running Python objects to, and where.

    It only parses. None also where a newer Python may take what this one does not.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # As text: what its cookie tells was seen to when it was decoded.
            ast.parse(text.decode(errors="replace"))
    except SyntaxError as error:
        line = error.lineno or 0
        if _is_newer(text, line, error.msg):
            return None
        return f"syntax error: {error.msg}", line
    except RecursionError:
        return None  # It is nested too deeply to be looked at, which is no error.
    except (ValueError, MemoryError) as error:
        return f"syntax error: {str(error) or 'nested too deeply'}", 0
    return None


def _is_newer(text: bytes, line: int, objection: str) -> bool:
    """Say whether what stands on *line*, or just above, is of a newer Python."""
    lines = text.split(b"\n")
    near = lines[max(line - 2, 0) : line]
    if _SOFT_KEYWORD.match(near[-1] if near else b""):
        near = lines[line - 1 :]
    if any(
        sys.version_info < version and pattern.search(each)
        for version, pattern in _NEWER
        for each in near
    ):
        return True
    if sys.version_info >= (3, 12):
        return False
    if objection.startswith(_MORE_IN_FIELDS):
        return True
    return _has_newer_string(b"\n".join(lines[max(line - 1, 0) :]))


def _has_newer_string(text: bytes) -> bool:
    """Say whether an f-string on the first line ends where only Python 3.12 sees it."""
    for start in _FORMATTED.finditer(text, 0, text.find(b"\n") + 1 or len(text)):
        quote = start.start(1)
        older = TOKEN.match(text, quote)
        if formatted_end(text, quote) > (older.end("string") if older else 0):
            return True
    return False
