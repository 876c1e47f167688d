"""The examples of doctests, as Python."""

from __future__ import annotations

import re

_PROMPT = re.compile(rb"^[ \t]*(?:>>>|\.\.\.)(?: (.*))?$")


def prompts(text: bytes) -> bytes:
    """Keep what stands after a prompt; every other line becomes empty."""
    return b"\n".join(map(_after_prompt, text.split(b"\n")))


def _after_prompt(line: bytes) -> bytes:
    match = _PROMPT.match(line)
    return (match[1] or b"") if match else b""
