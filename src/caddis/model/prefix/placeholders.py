"""Take a prefix out of an installed file again, and list where it stood.

conda's scheme: a package is built with a long placeholder as its prefix. Installing
replaces it: in text simply, in binary files within each NUL-terminated string, which
keeps its length by NULs at its end.
https://docs.conda.io/projects/conda-build/en/stable/resources/make-relocatable.html
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

from caddis.model.layers import Place, Unrelocated

_TWO_FACED = re.compile(
    rb"#!/bin/sh\n'''exec' \"(?P<program>[^\"\n]+)\" (?P<flags>[^\n]*?)\"\$0\" \"\$@\""
    rb"(?: #|\n' )'''\n"
)
_BY_NAME = re.compile(rb"#!/usr/bin/env (?P<program>[^\s/]+)(?P<rest>[^\n]*\n)")


def put_back(content: bytes, edit: Unrelocated) -> bytes:
    """Give *content* as it was before *edit.prefix* was written into it.

    For a file that nobody changed since, that is exactly the package's own file.
    """
    prefix, placeholder = os.fsencode(edit.prefix), edit.placeholder.encode()
    if prefix == placeholder:
        return content
    if edit.binary:
        return _put_back_binary(content, prefix, placeholder)
    restored = content.replace(prefix, placeholder)
    if not edit.sha256 or _is(edit.sha256, restored):
        return restored
    originals = _with_first_line(restored, placeholder)
    return next((c for c in originals if _is(edit.sha256, c)), restored)


def is_as_packed(content: bytes, edit: Unrelocated) -> bool:
    """Say whether *content*, without its prefix, is what the package has.

    It is taken for that where the package tells no hash.
    """
    return not edit.sha256 or _is(edit.sha256, content)


def find_places(path: str, content: bytes, edit: Unrelocated) -> Place | None:
    """List where the placeholder stands in the unrelocated *content*."""
    placeholder = edit.placeholder.encode()
    offsets = tuple(_positions(content, placeholder))
    if not offsets:
        return None
    ends = tuple(_end(content, offset) for offset in offsets) if edit.binary else ()
    return Place(
        path=path,
        placeholder=edit.placeholder,
        offsets=offsets,
        ends=ends,
        record=edit.record,
    )


def _with_first_line(content: bytes, placeholder: bytes) -> Iterator[bytes]:
    """Yield what a script may have been before an installer changed its first line.

    They do where the prefix is too long for a shebang, or has a space in it.
    """
    two_faced = _TWO_FACED.match(content)
    if two_faced:
        flags = two_faced["flags"].rstrip()
        first = b" ".join(filter(None, (two_faced["program"], flags)))
        yield b"#!" + first + b"\n" + content[two_faced.end() :]
    by_name = _BY_NAME.match(content)
    if by_name:
        program = placeholder + b"/bin/" + by_name["program"]
        yield b"#!" + program + by_name["rest"] + content[by_name.end() :]


def _is(sha256: str, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == sha256


def _put_back_binary(content: bytes, prefix: bytes, placeholder: bytes) -> bytes:
    """Lengthen each string that holds *prefix* into the NULs that follow it."""
    parts, done = [], 0
    for start in _positions(content, prefix):
        if start < done:
            continue
        end = _end(content, start)
        string = content[start:end].replace(prefix, placeholder)
        room = end + len(string) - (end - start)
        if content[end:room].strip(b"\0"):
            continue
        parts += [content[done:start], string]
        done = start + len(string)
    parts.append(content[done:])
    return b"".join(parts)


def _positions(content: bytes, text: bytes) -> list[int]:
    positions, at = [], content.find(text)
    while at >= 0:
        positions.append(at)
        at = content.find(text, at + len(text))
    return positions


def _end(content: bytes, start: int) -> int:
    end = content.find(b"\0", start)
    return len(content) if end < 0 else end
