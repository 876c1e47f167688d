"""A project as `caddis scan` sees it: its declaration, its settings, its names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.naming import Finder, Known
from caddis.cli.scan_output.report import Report
from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.imports import Import, Scan
from caddis.model.requirements import Ecosystem, Requirement, Requirements

if TYPE_CHECKING:
    from caddis.stages.scan import Need

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FILES = (
    "environment.yml",
    "environment.yaml",
    "pyproject.toml",
    "requirements.in",
    "requirements.txt",
)
_LOCK = "caddis.lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """What stands around the code that is scanned."""

    folder: Path
    ecosystem: Ecosystem
    settings: dict[str, Any]
    """`[tool.caddis.scan]`."""
    files: tuple[Path, ...]
    """That declare requirements, the one to write to first."""
    find: Finder
    """Ties imports to packages."""
    providers: dict[str, str]
    """`[tool.caddis.providers]`."""

    @classmethod
    def at(cls, place: Path, *, conda: bool, find: Finder) -> Project:
        """Look around *place*, a folder or a file; *conda* packages if asked."""
        folder = place if place.is_dir() else place.parent
        files = tuple(folder / name for name in _FILES if (folder / name).is_file())
        return cls(
            folder=folder,
            ecosystem=Ecosystem.CONDA if conda else Ecosystem.PYPI,
            settings=_settings(folder / "pyproject.toml", "scan"),
            find=find,
            providers={
                module: str(package)
                for module, package in _settings(
                    folder / "pyproject.toml", "providers"
                ).items()
            },
            files=tuple(path for path in files if _declares(path)),
        )

    @property
    def python(self) -> str:
        """The version of Python that the settings name; empty when none."""
        return str(self.settings.get("python", ""))

    @property
    def own(self) -> frozenset[str]:
        """Modules that the settings call the project's own."""
        return frozenset(map(str, self.settings.get("first-party", ())))

    @property
    def needs(self) -> tuple[Need, ...]:
        """Rows that the settings add to the table of implied needs."""
        from caddis.stages.scan import read_needs

        return read_needs("\n".join(map(str, self.settings.get("implied", ()))))

    def report(self, found: Scan, *, python: str = "") -> Report:
        """Find the packages that *found* needs."""
        running = ".".join(map(str, sys.version_info[:2]))
        return Report(
            scan=found,
            requirements=self._names(found.imports),
            ecosystem=self.ecosystem,
            name=self.folder.resolve().name or "project",
            python=python or self.python or running,
        )

    def checked(self, report: Report) -> Report:
        """Compare *report* with what the project declares."""
        from caddis.stages.scan import compare

        declared = self._declaration()
        ignored = {*map(str, self.settings.get("ignore", ())), declared.name}
        findings = compare(
            report.requirements,
            declared.requirements,
            ignored=ignored,
            transitive=self._locked(),
        )
        return replace(report, findings=findings)

    def write(self, report: Report) -> tuple[Path, list[str]]:
        """Add what is missing to the declaration; answer where, and what."""
        from caddis.stages.scan import plan_declaration

        path = self.files[0] if self.files else self.folder / "requirements.txt"
        conda = path.suffix in {".yml", ".yaml"}
        needed = self._names(
            report.scan.imports, Ecosystem.CONDA if conda else Ecosystem.PYPI
        )
        known = {item.name for item in self._declaration().requirements}
        missing = [
            item
            for item in needed.requirements
            if not known & {item.name, *item.alternatives}
        ]
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        changed = plan_declaration(text, path.name, missing)
        if changed != text:
            path.write_text(changed, encoding="utf-8")
        return path, [item.name for item in missing]

    def _declaration(self) -> Declaration:
        from caddis.stages.declare import declare

        return declare(self.folder, self.files, variables=os.environ)

    def _names(
        self, imports: Iterable[Import], ecosystem: Ecosystem | None = None
    ) -> Requirements:
        known = Known(declared=self._declared(), providers=self.providers)
        return self.find(imports, ecosystem or self.ecosystem, known)

    def _declared(self) -> tuple[Requirement, ...]:
        """Answer what is declared; a declaration that is not legal declares nothing."""
        try:
            return self._declaration().requirements
        except ProjectError:
            return ()

    def _locked(self) -> frozenset[str]:
        """Name all packages of the lock: what is there though nobody asked for it."""
        from caddis.model.lock_file import read_lock

        path = self.folder / _LOCK
        if not path.is_file():
            return frozenset()
        return frozenset(
            package.name
            for platform in read_lock(path).platforms
            for package in platform.packages
        )


def _settings(path: Path, table: str) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    value: Any = content
    for key in ("tool", "caddis", table):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _declares(path: Path) -> bool:
    """Say whether *path* is there for requirements; a pyproject.toml may not be."""
    if path.name != "pyproject.toml":
        return True
    text = path.read_text(encoding="utf-8", errors="replace")
    return "[project]" in text or "[dependency-groups]" in text
