"""Lines for a requirements.txt."""

from __future__ import annotations

from collections.abc import Iterator

from caddis.cli.scanning.output.report import Report


def render(report: Report) -> str:
    """Write what the code cannot do without; the rest as comments."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    found = report.requirements
    # One line may stand for several: `fsspec[s3]` for fsspec and s3fs.
    yield from dict.fromkeys(item.spec for item in found.requirements)
    for missing in found.unresolved:
        yield f"# {missing.module}: {missing.reason}"
    for item in found.optional:
        yield f"# {item.kind.value}: {item.spec}"
