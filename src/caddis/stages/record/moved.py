"""Which prefix stands in the files of a conda environment.

Where somebody moved or copied it, that is where it was installed, and nothing says so.
But a record has the hash that each file had before a prefix was written into it: the
prefix is what, taken out again, gives that hash.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from caddis.model.prefix.conda_layer import unrelocated
from caddis.model.prefix.conda_meta import read_conda_record
from caddis.model.prefix.home import current_prefix
from caddis.model.prefix.placeholders import is_as_packed, put_back

_LARGEST = 2**18
"""Bytes of a file that is searched for paths."""
_PATH = re.compile(rb"/[^\n\r\t\0\"':;,=<>()]+")
"""Spaces may belong to it; what follows one goes with the folders that are tried."""
_HOLDS_PREFIX = b'"prefix_placeholder"'


def embedded_prefix(prefix: Path) -> str:
    """Say which prefix stands in the files of *prefix*: after a move, the old one.

    Raises:
        PrefixError: a record is not what conda writes.
    """
    if current := current_prefix(prefix):
        return current
    own = os.fspath(prefix)
    if _has_script_of(own):
        return own
    return next(_proven(prefix, own), own)


def _has_script_of(prefix: str) -> bool:
    """Say whether a program in *prefix* is run by another one there."""
    first = b"#!" + os.fsencode(prefix) + b"/"
    with suppress(OSError), os.scandir(f"{prefix}/bin") as programs:
        return any(_start(each.path, len(first)) == first for each in programs)
    return False


def _start(path: str, size: int) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(size)
    except OSError:
        return b""


def _proven(prefix: Path, own: str) -> Iterator[str]:
    """Yield the prefix of one file after another, where its hash tells it."""
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        if _HOLDS_PREFIX not in path.read_bytes():
            continue
        for told in read_conda_record(path).files:
            content = _start(f"{prefix}/{told['_path']}", _LARGEST)
            yield from _prefixes(content, told, own)


def _prefixes(content: bytes, told: Mapping[str, Any], own: str) -> Iterator[str]:
    """Yield what stood in for the placeholder in *content*: *own*, or another."""
    for candidate in (own, *_folders_in(content)):
        edit = unrelocated(told, prefix=candidate, record="")
        if edit is None or edit.binary or not edit.sha256:
            return
        if os.fsencode(candidate) not in content or candidate == edit.placeholder:
            continue
        if is_as_packed(put_back(content, edit), edit):
            yield candidate
            return


def _folders_in(content: bytes) -> list[str]:
    """List the paths that *content* names, and the folders that they are in."""
    found: dict[str, None] = {}
    for path in _PATH.findall(content):
        while path and os.fsdecode(path) not in found:
            found[os.fsdecode(path)] = None
            path = path.rpartition(b"/")[0]
    return list(found)
