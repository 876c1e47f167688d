"""Compiling requirements files: what uv is told, and told again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.adapters.uv.bounds import within_bounds
from caddis.adapters.uv.known import known_to
from caddis.adapters.uv.process import UvProcess, base_python
from caddis.model.passing import passing_folder
from caddis.model.pins import pins_in
from caddis.model.urls import public

if TYPE_CHECKING:
    from caddis.ports.compiling import CompileQuery
    from caddis.ports.progress import Reporter
    from caddis.ports.pypi import Releases


def compile_files(
    query: CompileQuery,
    process: UvProcess,
    releases: Callable[[], Releases] | None = None,
    reporter: Reporter | None = None,
) -> str:
    """Compile requirements files (see `RequirementsCompiler`)."""

    def choose(limits: tuple[str, ...]) -> str:
        text = _compile(query, process, limits)
        if not limits:
            return text
        # Once more without the limits, so that no annotation names them.
        return _compile(query._replace(before=text, upgrade=()), process)

    return within_bounds(
        choose,
        pins_in,
        python=query.python or ".".join(map(str, sys.version_info[:3])),
        known=known_to(process),
        releases=releases,
        reporter=reporter,
    )


def _compile(
    query: CompileQuery, process: UvProcess, limits: tuple[str, ...] = ()
) -> str:
    with passing_folder("compile") as folder:
        # Named also where nothing was chosen before: uv's settings may name another.
        out, more = folder / "requirements.txt", folder / "limits.in"
        out.write_text(query.before, "utf-8")
        more.write_text("\n".join(limits), "utf-8")
        words = ("pip", "compile", *compile_options(query), "-o", out, "-c", more)
        process.run(
            (*words, *process.index_options()),
            folder=query.folder,
            typed=query.typed,
            is_for_people=True,
        )
        return public(out.read_text("utf-8"), keep_names=True)


def compile_options(query: CompileQuery) -> Iterator[str | Path]:
    """Yield the words after `uv pip compile`."""
    yield from query.sources
    yield from ("--no-header", "--no-python-downloads")
    yield from ("--annotation-style", query.annotation_style)
    yield from _switches(query)
    yield from _each("-c", query.constraints)
    yield from _each("-P", query.upgrade)
    yield from _each("--extra", query.extras)
    yield from _each("--group", query.groups)
    yield from _each("--no-emit-package", query.left_out)
    if query.python:
        yield from ("--python-version", query.python)
    else:
        yield from ("--python", base_python())
    if query.platform:
        # Here, because few compile for another platform.
        from caddis.adapters.uv.targets import target
        from caddis.ports.pypi import PypiQuery

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
    if query.emit_find_links:
        yield "--emit-find-links"
    if query.emit_build_options:
        yield "--emit-build-options"
    if not query.build_isolation:
        yield "--no-build-isolation"
    if query.prereleases:
        yield "--prerelease=allow"
    if query.all_extras:
        yield "--all-extras"


def _each(option: str, values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        yield from (option, value)
