"""uv: resolves, compiles and installs from PyPI.

The binary is the one that uv's wheel brings, never one from PATH. It fulfils
`PypiResolver`, `PypiInstaller` and `RequirementsCompiler` of `caddis.ports.pypi`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from caddis.adapters.uv.build import local_source
from caddis.adapters.uv.compile import compile_options
from caddis.adapters.uv.install import installable
from caddis.adapters.uv.process import UvProcess
from caddis.adapters.uv.resolve import Chosen, join, read_choice, read_files, target
from caddis.adapters.uv.stubs import Extras, stub_constraints, stub_version
from caddis.errors import CaddisError, EngineError, PrefixError, ResolveError
from caddis.host import this_host
from caddis.model.lock import LockedPackage
from caddis.model.urls import public
from caddis.ports.pypi import CompileQuery, PypiQuery

__all__ = ["Uv", "UvProcess"]


class Uv:
    """Resolves and installs PyPI distributions."""

    def __init__(self, process: UvProcess | None = None) -> None:
        self._process = process or UvProcess()

    def resolve(self, query: PypiQuery) -> tuple[LockedPackage, ...]:
        """Choose every distribution and its files (see `PypiResolver`)."""
        with TemporaryDirectory(prefix="caddis-resolve-") as name:
            folder = Path(name)
            provided = {name for name, _ in query.provided}
            chosen = self._choose_with_extras(query, folder)
            own = tuple(line for line in chosen if line.name not in provided)
            if not own:
                return ()
            exact = folder / "exact.in"
            exact.write_text("\n".join(line.line for line in own), "utf-8")
            words = ("pip", "compile", exact, "--no-deps", "--format", "pylock.toml")
            files = self._process.run(
                (*words, *self._options(query)), folder=query.folder
            )
        return tuple(join(chosen, tuple(read_files(files))))

    def versions(self, query: PypiQuery) -> dict[str, str]:
        """Choose as `resolve` does, and only tell names and versions."""
        with TemporaryDirectory(prefix="caddis-resolve-") as name:
            chosen = self._choose_with_extras(query, Path(name))
            return {line.name: line.version for line in chosen if line.version}

    def compile(self, query: CompileQuery) -> str:
        """Compile requirements files (see `RequirementsCompiler`)."""
        with TemporaryDirectory(prefix="caddis-compile-") as name:
            out = Path(name) / "requirements.txt"
            out.write_text(query.before, "utf-8")
            options = compile_options(query, out)
            python = () if query.python else ("--python", _base_python())
            self._process.run(
                ("pip", "compile", *options, *python, *self._process.index_options()),
                folder=query.folder,
            )
            return public(out.read_text("utf-8"))

    def find_python(self, request: str) -> Path:
        """Find an interpreter: a path, `3.11` or `3.11.7`.

        One that uv manages goes first, for it is made to be moved; then the one that
        runs caddis, that of its base when it is a venv's.

        Raises:
            PrefixError: there is none.
        """
        managed = self._find_managed(request)
        if managed is not None:
            return managed
        running = ".".join(map(str, sys.version_info[:3]))
        if f"{running}.".startswith(f"{request}."):
            return _base_python()
        try:
            found = self._process.run(("python", "find", "--no-project", request))
        except EngineError as error:
            raise PrefixError(
                f"There is no Python {request}: {error}",
                hint="Name an interpreter with --python PATH.",
            ) from None
        return Path(found.strip())

    def _find_managed(self, request: str) -> Path | None:
        words = ("python", "find", "--no-project", "--managed-python", request)
        try:
            return Path(self._process.run((*words, "--no-python-downloads")).strip())
        except CaddisError:
            return None

    def create_venv(self, prefix: Path, *, python: Path) -> None:
        """Make a virtual environment that can be moved."""
        words = ("venv", "--quiet", "--relocatable", "--allow-existing")
        self._process.run((*words, "--no-project", "--python", python, prefix))

    def install(
        self, prefix: Path, packages: Sequence[LockedPackage], *, folder: Path
    ) -> None:
        """Install exactly these files (see `PypiInstaller`)."""
        words = ("pip", "install", *_into(prefix), "--no-deps", "--reinstall")
        options = ("--preview-features", "pylock", *self._process.index_options())
        with TemporaryDirectory(prefix="caddis-install-") as name:
            for file in installable(packages, Path(name)):
                self._process.run((*words, "-r", file, *options), folder=folder)

    def uninstall(self, prefix: Path, names: Sequence[str]) -> None:
        """Remove these distributions."""
        if names:
            self._process.run(("pip", "uninstall", *_into(prefix), *names))

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        """Build a wheel of what is on this disk (see `WheelBuilder`)."""
        path = local_source(source, folder)
        place = Path(mkdtemp(dir=out))
        words = ("build", "--wheel", "--quiet", "--out-dir", place)
        index = self._process.index_options()
        self._process.run((*words, "--python", self.find_python(python), *index, path))
        return next(place.glob("*.whl"))

    def _choose_with_extras(self, query: PypiQuery, folder: Path) -> tuple[Chosen, ...]:
        """Choose, until every extra of a provided distribution has what it needs."""
        versions = dict(query.provided)
        extras: dict[str, dict[str, tuple[str, ...]]] = {}
        while True:
            chosen = tuple(read_choice(self._choose(query, folder, extras)))
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
                needs = self._needs_of_extra(query, name, extra)
                extras.setdefault(name, {})[extra] = needs

    def _needs_of_extra(
        self, query: PypiQuery, name: str, extra: str
    ) -> tuple[str, ...]:
        """Find what *extra* adds to what the distribution *name* itself needs.

        uv tells no metadata. What the index's own file of that version needs with the
        extra and not without is chosen once the newest and once the oldest possible.
        """
        version = stub_version(dict(query.provided)[name])
        alone = replace(
            query,
            requirements=(f"{name}=={version}",),
            provided=tuple(pair for pair in query.provided if pair[0] != name),
        )
        with_extra = replace(alone, requirements=(f"{name}[{extra}]=={version}",))
        try:
            base = self._direct_needs(alone, name)
            every = self._direct_needs(with_extra, name)
        except ResolveError:
            raise ResolveError(
                f"{name} {version} comes from conda, and what its extra [{extra}] needs"
                f" is not known, as no index has that version",
                hint=f"Ask for {name} without the extra, and for the packages behind"
                " it by their names.",
            ) from None
        oldest: Mapping[str, str] = {}
        with suppress(CaddisError):  # What nobody limits may be too old to be read.
            oldest = self._direct_needs(replace(with_extra, lowest=True), name)
        return tuple(
            f"{need}>={oldest[need]}" if oldest.get(need) else need
            for need in every
            if need not in base
        )

    def _direct_needs(self, query: PypiQuery, name: str) -> dict[str, str]:
        """Give what *name* needs at first hand, and in which version it is chosen."""
        with TemporaryDirectory(prefix="caddis-extra-") as folder:
            chosen = read_choice(self._choose(query, Path(folder), {}))
            return {
                line.name: line.version for line in chosen if name in line.needed_by
            }

    def _choose(
        self, query: PypiQuery, folder: Path, extras: Mapping[str, Extras]
    ) -> str:
        asked = folder / "asked.in"
        asked.write_text("\n".join(query.requirements), "utf-8")
        limits = folder / "limits.in"
        stubs = stub_constraints(
            ((name, stub_version(version)) for name, version in query.provided),
            self._process.stubs,
            extras=extras,
        )
        limits.write_text("\n".join((*query.constraints, *stubs)), "utf-8")
        stay = folder / "stay.txt"
        stay.write_text("\n".join(f"{n}=={v}" for n, v in query.preferred), "utf-8")
        return self._process.run(
            (
                *("pip", "compile", asked, "-c", limits, "-o", stay, "--no-header"),
                *("--annotation-style", "line", "--emit-index-annotation"),
                "--no-strip-extras",
                *(("--resolution", "lowest") if query.lowest else ()),
                *(("--no-deps",) if query.no_deps else ()),
                *self._options(query),
            ),
            folder=query.folder,
        )

    def _options(self, query: PypiQuery) -> list[str]:
        options = ["--python-platform", target(query)]
        options += ["--python-version", query.python, "--no-python-downloads"]
        options += ["--python", str(_base_python())]
        if query.exclude_newer:
            options += ["--exclude-newer", query.exclude_newer]
        options += query.options
        return options + self._process.index_options()


def _base_python() -> Path:
    """Find the interpreter that runs caddis, not that of a venv around it."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable)


def _into(prefix: Path) -> list[str]:
    """Give the options that make uv work in *prefix* and nowhere else.

    A conda Python may tell another prefix than its own, as a wrapper does; a venv's
    is always right, and only by it does uv know that scripts must be movable.
    """
    if (prefix / "pyvenv.cfg").is_file():
        return ["--python", str(prefix)]
    python = this_host().python(prefix)
    options = ["--python", str(python), "--prefix", str(prefix)]
    return [*options, "--break-system-packages"]
