"""Choosing distributions: asking uv as often as it takes to know them whole."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from caddis.adapters.uv.asking import write_asked
from caddis.adapters.uv.bounds import within_bounds
from caddis.adapters.uv.elsewhere import Elsewhere
from caddis.adapters.uv.known import known_to
from caddis.adapters.uv.process import UvProcess, base_python
from caddis.adapters.uv.resolve import Chosen, join, read_choice, read_files
from caddis.adapters.uv.stubs import Extras, stub_constraints, stub_version, usual_stubs
from caddis.adapters.uv.targets import target
from caddis.errors import CaddisError, ResolveError
from caddis.model.lock import LockedPackage
from caddis.model.passing import passing_folder
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery, PythonRuledOut, SoleIndex


def resolve(
    query: PypiQuery,
    process: UvProcess,
    elsewhere: Elsewhere,
    reporter: Reporter | None = None,
) -> tuple[LockedPackage, ...]:
    """Choose every distribution and its files (see `PypiResolver`)."""
    with passing_folder("resolve") as folder:
        provided = {name for name, _ in query.provided}
        chosen = _choose_for_python(query, folder, process, elsewhere, reporter)
        own = tuple(line for line in chosen if line.name not in provided)
        if not own:
            return ()
        lines = (line.line for line in own)
        exact = write_asked(folder, lines, sole_indexes=_sole_indexes(query))
        words = ("--no-deps", "--format", "pylock.toml", *_options(query, process))
        files = process.run(("pip", "compile", *exact, *words), folder=query.folder)
    return tuple(join(chosen, tuple(read_files(files)), folder=query.folder))


def versions(
    query: PypiQuery, process: UvProcess, elsewhere: Elsewhere
) -> dict[str, str]:
    """Choose as `resolve` does, and only tell names and versions."""
    with passing_folder("resolve") as folder:
        chosen = _choose_for_python(query, folder, process, elsewhere)
        return {line.name: line.version for line in chosen if line.version}


def _choose_for_python(
    query: PypiQuery,
    folder: Path,
    process: UvProcess,
    elsewhere: Elsewhere,
    reporter: Reporter | None = None,
) -> tuple[Chosen, ...]:
    """Choose what does not rule out the query's Python by an upper bound."""
    provided = {name for name, _ in query.provided}

    def choose(limits: tuple[str, ...]) -> tuple[Chosen, ...]:
        narrower = replace(query, constraints=(*query.constraints, *limits))
        return _choose_with_extras(narrower, folder, process, elsewhere)

    return within_bounds(
        choose,
        lambda chosen: (
            (line.name, line.version)
            for line in chosen
            if line.version and line.name not in provided
        ),
        python=query.python,
        known=known_to(process),
        releases=elsewhere.releases,
        reporter=reporter,
    )


def _choose_with_extras(
    query: PypiQuery, folder: Path, process: UvProcess, elsewhere: Elsewhere
) -> tuple[Chosen, ...]:
    """Choose, until every extra of a provided distribution has what it needs."""
    versions = dict(query.provided)
    extras: dict[str, dict[str, tuple[str, ...]]] = {}
    while True:
        chosen = tuple(read_choice(_choose(query, folder, process, extras=extras)))
        new = [
            (line.name, extra)
            for line in chosen
            if line.name in versions
            for extra in line.extras
            if extra not in extras.get(line.name, {})
        ]
        if not new:
            return chosen
        for name, extra in new:
            needs = _needs_of_extra(query, name, extra, process)
            if needs is None:
                known = _extras_by_conda(query, name, extra, elsewhere)
                extras.setdefault(name, {}).update(known)
            extras.setdefault(name, {}).setdefault(extra, needs or ())


def _needs_of_extra(
    query: PypiQuery, name: str, extra: str, process: UvProcess
) -> tuple[str, ...] | None:
    """Find what *extra* adds to what the distribution *name* itself needs.

    None where no index has that version. uv tells no metadata: what the index's own
    file of that version needs with the extra and not without is chosen once the newest
    and once the oldest possible.
    """
    version = stub_version(dict(query.provided)[name])
    alone = replace(
        query,
        requirements=(f"{name}=={version}",),
        provided=tuple(pair for pair in query.provided if pair[0] != name),
    )
    with_extra = replace(alone, requirements=(f"{name}[{extra}]=={version}",))
    try:
        base = _direct_needs(alone, name, process)
        every = _direct_needs(with_extra, name, process)
    except PythonRuledOut:
        raise
    except ResolveError:
        return None
    oldest: Mapping[str, str] = {}
    with suppress(CaddisError):  # What nobody limits may be too old to be read.
        oldest = _direct_needs(replace(with_extra, lowest=True), name, process)
    limits = {need: f">={oldest[need]}" if oldest.get(need) else "" for need in every}
    return tuple(
        f"{need}{limits[need]} ; extra == '{extra}'"
        for need in every
        if need not in base
    )


def _extras_by_conda(
    query: PypiQuery, name: str, extra: str, elsewhere: Elsewhere
) -> Extras:
    file = dict(query.provided_files).get(name)
    if file is not None and elsewhere.packages is not None:
        # Here, because it is rare.
        from caddis.adapters.uv.conda_extras import extras_in

        known = extras_in(file, name, elsewhere.packages, folder=query.folder)
        if known is not None:
            return known
    raise ResolveError(
        f"{name} {dict(query.provided)[name]} comes from conda, and what its extra"
        f" [{extra}] needs is not known: no index has that version, and its package"
        " does not tell",
        hint=f"Ask for {name} without the extra, and for the packages behind it by"
        " their names.",
    )


def _direct_needs(query: PypiQuery, name: str, process: UvProcess) -> dict[str, str]:
    """Give what *name* needs at first hand, and in which version it is chosen."""
    with passing_folder("extra") as folder:
        chosen = read_choice(_choose(query, folder, process, extras={}))
        return {line.name: line.version for line in chosen if name in line.needed_by}


def _choose(
    query: PypiQuery,
    folder: Path,
    process: UvProcess,
    *,
    extras: Mapping[str, Extras],
) -> str:
    versions = dict(query.provided)
    sole = [each for each in _sole_indexes(query) if each.name not in versions]
    asked = write_asked(folder, query.requirements, sole_indexes=sole)
    limits = folder / "limits.in"
    stubs = stub_constraints(
        ((name, stub_version(version)) for name, version in versions.items()),
        process.stubs or usual_stubs(),
        extras=extras,
    )
    limits.write_text("\n".join((*query.constraints, *stubs)), "utf-8")
    stay = folder / "stay.txt"
    stay.write_text("\n".join(f"{n}=={v}" for n, v in query.preferred), "utf-8")
    return process.run(
        (
            *("pip", "compile"),
            *asked,
            *("-c", limits, "-o", stay, "--no-header"),
            *("--annotation-style", "line", "--emit-index-annotation"),
            "--no-strip-extras",
            *(("--resolution", "lowest") if query.lowest else ()),
            *(("--no-deps",) if query.no_deps else ()),
            *_options(query, process),
        ),
        folder=query.folder,
    )


def _sole_indexes(query: PypiQuery) -> tuple[SoleIndex, ...]:
    """Give the indexes that are the only ones of something, where any is asked."""
    return () if "--no-index" in query.options else query.sole_indexes


def _options(query: PypiQuery, process: UvProcess) -> list[str]:
    options = ["--python-platform", target(query)]
    options += ["--python-version", query.python, "--no-python-downloads"]
    options += ["--python", str(base_python())]
    if query.exclude_newer:
        options += ["--exclude-newer", query.exclude_newer]
    options += query.options
    return options + process.index_options()
