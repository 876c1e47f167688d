"""The scan against Python's own parser, over all the Python there is here."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.stages.scan.lexer import read_source, read_thoroughly
from caddis.stages.scan.text import readable
from tests.unit.scan.oracle import findings, parsed

pytestmark = pytest.mark.integration

_ENOUGH = 1_000


def sources(kind: str) -> Iterator[Path]:
    """List the Python files of the standard library, or of what is installed."""
    for path in sorted(Path(sysconfig.get_path(kind)).rglob("*.py")):
        if path.is_file() and (kind != "stdlib" or "site-packages" not in path.parts):
            yield path


@pytest.mark.parametrize("kind", ["stdlib", "purelib"])
@pytest.mark.parametrize("read", [read_source, read_thoroughly])
def test_every_import_is_found_with_its_line_column_and_kind(kind, read) -> None:
    different, compared = [], 0
    for path in sources(kind):
        data = readable(path.read_bytes()).data
        try:
            expected = parsed(data)
        except (SyntaxError, ValueError):
            continue
        compared += 1
        if findings(read(data).statements) != expected:
            different.append(path)
    assert different == []
    assert compared > _ENOUGH
