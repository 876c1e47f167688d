"""The pins of a compiled requirements file."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*])?==([^\s;]+)", re.MULTILINE)


def pins_in(text: str) -> Iterator[tuple[str, str]]:
    r"""Give normalized name and version of every exact version in *text*.

    >>> list(pins_in("anyio==4.12.0\n    # via httpx\nhttpx[http2]==0.28.1"))
    [('anyio', '4.12.0'), ('httpx', '0.28.1')]
    """
    return ((found[1], found[2]) for found in _PIN.finditer(text))
