"""What uv is told when it compiles requirements files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from caddis.ports.pypi import CompileQuery, PypiQuery


def compile_options(query: CompileQuery, out: Path) -> Iterator[str | Path]:
    """Yield the words after `uv pip compile`; the result goes to *out*."""
    yield from query.sources
    yield from ("-o", out, "--no-header", "--no-python-downloads")
    yield from ("--annotation-style", query.annotation_style)
    yield from _switches(query)
    yield from _each("-c", query.constraints)
    yield from _each("-P", query.upgrade)
    yield from _each("--extra", query.extras)
    yield from _each("--group", query.groups)
    yield from _each("--no-emit-package", query.left_out)
    if query.python:
        yield from ("--python-version", query.python)
    if query.platform:
        # Here, because few compile for another platform.
        from caddis.adapters.uv.targets import target

        where = PypiQuery(requirements=(), platform=query.platform, python="")
        yield from ("--python-platform", target(where))
    if query.exclude_newer:
        yield from ("--exclude-newer", query.exclude_newer)


def _switches(query: CompileQuery) -> Iterator[str]:
    if query.hashes:
        yield "--generate-hashes"
    if not query.annotate:
        yield "--no-annotate"
    if query.keep_extras:
        yield "--no-strip-extras"
    if query.emit_index:
        yield "--emit-index-url"
    if not query.build_isolation:
        yield "--no-build-isolation"
    if query.prereleases:
        yield "--prerelease=allow"
    if query.all_extras:
        yield "--all-extras"


def _each(option: str, values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        yield from (option, value)
