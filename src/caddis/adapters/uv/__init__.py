"""uv: resolves, compiles and installs from PyPI.

The binary is the one that uv's wheel brings, never one from PATH. It fulfils
`PypiResolver` and `PypiInstaller` of `caddis.ports.pypi`, and `RequirementsCompiler` of
`caddis.ports.compiling`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.adapters.uv.elsewhere import Elsewhere
from caddis.adapters.uv.process import UvProcess, base_python
from caddis.errors import CaddisError, PrefixError
from caddis.model.passing import passing_folder

if TYPE_CHECKING:
    from caddis.host import Host
    from caddis.model.lock import LockedFile, LockedPackage
    from caddis.ports.compiling import CompileQuery
    from caddis.ports.progress import Reporter
    from caddis.ports.pypi import PypiQuery

__all__ = ["Elsewhere", "Uv", "UvProcess"]


class Uv:
    """Resolves and installs PyPI distributions."""

    def __init__(
        self,
        process: UvProcess | None = None,
        *,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """Take who is asked for what uv does not tell, if anybody."""
        self._process = process or UvProcess()
        self._elsewhere = elsewhere or Elsewhere()

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        """Choose every distribution and its files (see `PypiResolver`)."""
        # Here and below, because most commands need one of these, or none.
        from caddis.adapters.uv.choose import resolve

        return resolve(query, self._process, self._elsewhere, reporter)

    def versions(self, query: PypiQuery) -> dict[str, str]:
        """Choose as `resolve` does, and only tell names and versions."""
        from caddis.adapters.uv.choose import versions

        return versions(query, self._process, self._elsewhere)

    def extras(
        self,
        pins: Iterable[tuple[str, str]],
        *,
        brought: Mapping[str, LockedFile] | None = None,
    ) -> dict[str, tuple[str, ...]]:
        """Name the extras of distributions that were chosen (see `PypiResolver`)."""
        from caddis.adapters.uv.known import known_to

        known = known_to(self._process)
        found = ((name, known.of(name, version)) for name, version in pins)
        extras = {name: metadata.extras for name, metadata in found if metadata}
        for name, file in (brought or {}).items():
            if name not in extras and self._elsewhere.packages:
                # Here, because it is rare.
                from caddis.adapters.uv.conda_extras import extras_in

                of_package = extras_in(file, name, self._elsewhere.packages)
                if of_package is not None:
                    extras[name] = tuple(sorted(of_package))
        return extras

    def compile(self, query: CompileQuery, *, reporter: Reporter | None = None) -> str:
        """Compile requirements files (see `RequirementsCompiler`)."""
        from caddis.adapters.uv.compile import compile_files

        return compile_files(query, self._process, self._elsewhere.releases, reporter)

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
            return base_python()
        try:
            found = self._process.run(("python", "find", "--no-project", request))
        except CaddisError:
            # Here, because most have what is asked for within reach.
            from caddis.adapters.uv.kept_pythons import kept_python

            if kept := kept_python(request, self._process.environment):
                return kept
            raise PrefixError(
                f"There is no Python {request} on this machine that runs",
                hint="Install it, or name another interpreter with --python PATH.",
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

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        python: Path | None,
        version: str,
        host: Host,
        folder: Path,
    ) -> tuple[str, ...]:
        """Get what `install` needs into uv's cache (see `PypiInstaller`)."""
        from caddis.adapters.uv.install import has_wheel, laid_out

        options = ["--python", str(python or base_python())]
        if python is None:
            options += ["--python-version", version]
            packages = [package for package in packages if has_wheel(package)]
        with passing_folder("fetch") as aside:
            # Linked from there, a distribution needs no place and little time.
            self._install(
                packages,
                [*options, "--prefix", str(aside), "--link-mode", "symlink"],
                folder=folder,
            )
            return tuple(laid_out(aside, site=host.site_packages(version)))

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        """Install exactly these files (see `PypiInstaller`)."""
        from caddis.adapters.uv.linked import edited

        again = [f"--reinstall-package={name}" for name in reinstall]
        self._install(packages, [*_into(prefix), *again], folder=folder)
        if names := edited(prefix, packages):
            # uv's cache, whose files a prefix shares, was edited through another one.
            self._process.run(("cache", "clean", *names))
            again = [f"--reinstall-package={name}" for name in names]
            self._install(packages, [*_into(prefix), *again], folder=folder)

    def _install(
        self, packages: Sequence[LockedPackage], options: Sequence[str], *, folder: Path
    ) -> None:
        from caddis.adapters.uv.install import installable

        words = ("pip", "install", *options, "--no-deps")
        more = ("--preview-features", "pylock", *self._process.index_options())
        with passing_folder("install") as aside:
            logins = self._process.logins
            for file in installable(packages, aside, project=folder, logins=logins):
                self._process.run(
                    (*words, "-r", file, *more), folder=folder, again=("--reinstall",)
                )

    def uninstall(self, prefix: Path, names: Sequence[str]) -> None:
        """Remove these distributions."""
        if names:
            words = ("pip", "uninstall", *_into(prefix), *names)
            self._process.run(words, again=None)

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        """Build a wheel of what is on this disk (see `WheelBuilder`)."""
        from tempfile import mkdtemp

        from caddis.adapters.uv.build import beside, local_source

        path = local_source(source, folder)
        place = Path(mkdtemp(dir=out))
        words = ("build", "--wheel", "--quiet", "--out-dir", place)
        index = self._process.index_options()
        chosen = ("--python", self.find_python(python))
        with beside(path, self._process) as process:
            process.run((*words, *chosen, *index, path))
        return next(place.glob("*.whl"))


def _into(prefix: Path) -> list[str]:
    """Give the options that make uv work in *prefix* and nowhere else.

    A conda Python may tell another prefix than its own, as a wrapper does; a venv's
    is always right, and only by it does uv know that scripts must be movable.
    """
    if (prefix / "pyvenv.cfg").is_file():
        return ["--python", str(prefix)]
    from caddis.host import this_host

    python = this_host().python(prefix)
    options = ["--python", str(python), "--prefix", str(prefix)]
    return [*options, "--break-system-packages"]
