"""What few lines begin with, and what tells that a closer look at their file pays."""

from __future__ import annotations

import re

SCRIPT_BLOCK = b"# /// script"
"""Of a block that declares dependencies (PEP 723)."""
CELL = b"# %%"
"""Of a cell, for editors and jupytext."""
CONFLICT = b"<<<<<<<"
"""Of what git could not merge."""
PYTEST_PLUGINS = b"pytest_plugins"
"""Of a list of plug-ins, which stands at the margin except in a conftest.py."""

_ALL = (SCRIPT_BLOCK, CELL, CONFLICT, PYTEST_PLUGINS)
_AT_MARGIN = re.compile(rb"\n(%b)" % b"|".join(_ALL))
_LONGEST = max(map(len, _ALL))


def signs_in(text: bytes) -> frozenset[bytes]:
    """List the signs in *text*; one look for all takes half as long as one for each."""
    first = _AT_MARGIN.findall(b"\n" + text[:_LONGEST])
    return frozenset([*first, *_AT_MARGIN.findall(text)])
