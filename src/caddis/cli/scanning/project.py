"""A project as `caddis scan` sees it: its declaration, its settings, its names."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.scanning.declared import (
    BUILT,
    FOR_WORK,
    declared_by,
    declared_in,
    declared_past_errors,
    for_building,
    own_names,
)
from caddis.cli.scanning.inside import DeclaredInside, with_declared_inside
from caddis.cli.scanning.output.report import Report
from caddis.cli.scanning.settings import read_providers, scan_settings, table_of
from caddis.cli.scanning.used import used_besides
from caddis.errors import ProjectError
from caddis.model.dist_names import normalize
from caddis.model.imports import Import, Scan
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.model.whole import write_whole
from caddis.ports.names import FindNames, Known

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration
    from caddis.ports.sources import ScanMemory
    from caddis.ports.workers import Workers
    from caddis.stages.declare import DeclaringFile

_CONDA = (".yml", ".yaml", "pixi.toml")
"""How files end that declare packages of conda."""
_WITH_GROUPS = ("pyproject.toml", "pixi.toml", "Pipfile")
_ABOUT_THE_WHOLE = frozenset({"unused", "misplaced"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """What stands around the code that is scanned."""

    folder: Path
    scanned: Path
    """That folder, or one of its parts that declares nothing itself."""
    is_whole: bool
    """Whether all of the project is scanned, so that what is not seen is not used."""
    ecosystem: Ecosystem
    settings: dict[str, Any]
    """`[tool.caddis.scan]`."""
    files: tuple[DeclaringFile, ...]
    """That declare requirements, the one to write to first."""
    find: FindNames
    """Ties imports to packages."""
    providers: dict[str, str]
    """`[tool.caddis.providers]`."""
    prefix: Path | None = None
    """The environment to look into; None for the folder's own, or the active one."""
    name: str = "project"

    @classmethod
    def at(
        cls,
        place: Path,
        *,
        conda: bool,
        find: FindNames,
        prefix: Path | None = None,
        name: str = "",
        is_alone: bool = False,
    ) -> Project:
        """Look around *place*, a folder or a file; *conda* packages if asked.

        The project is called as the folder is where it has no *name*. Where it stands
        alone, what lies above it has nothing to do with it.
        """
        from caddis.stages.declare import declaring_files
        from caddis.stages.scan import project_of

        scanned = place if place.is_dir() else place.parent
        around = (scanned,) if is_alone else (scanned, project_of(scanned.resolve()))
        folder = next((each for each in around if declaring_files(each)), scanned)
        return cls(
            folder=folder,
            scanned=scanned,
            is_whole=place.is_dir() and folder.samefile(scanned),
            ecosystem=Ecosystem.CONDA if conda else Ecosystem.PYPI,
            settings=scan_settings(folder / "pyproject.toml"),
            files=declaring_files(folder),
            find=find,
            prefix=prefix,
            name=name or scanned.resolve().name or "project",
            providers=read_providers(folder / "pyproject.toml"),
        )

    @property
    def python(self) -> str:
        """The version of Python that the settings name; empty when none."""
        return str(self.settings.get("python", ""))

    def report(
        self,
        found: Scan,
        *,
        python: str = "",
        memory: ScanMemory | None = None,
        workers: Workers | None = None,
    ) -> Report:
        """Find the packages that *found* needs; *memory* may know some of it."""
        from caddis.stages.requirements import weigh_scan

        running = ".".join(map(str, sys.version_info[:2]))
        place = str(self.scanned.resolve())
        weighed = weigh_scan(found, memory=memory, place=place, workers=workers)
        return Report(
            scan=found,
            weighed=weighed,
            requirements=self._names(
                weighed, self.ecosystem, found, declared=self._declared_as_asked()
            ),
            ecosystem=self.ecosystem,
            name=self.name,
            python=python or self.python or running,
        )

    def checked(self, report: Report) -> Report:
        """Compare *report* with what the project declares."""
        from caddis.cli.scanning.brought import brought_along
        from caddis.stages.scan import compare

        declared, broken = declared_past_errors(self.files, self.folder)
        names = {item.name for item in declared}
        ignored = {*map(str, self.settings.get("ignore", ())), *own_names(self.folder)}
        needed = self._needed(report)
        elsewhere = self._named_elsewhere(report, declared)
        report = replace(report, requirements=needed)
        findings = compare(
            needed,
            (*declared, *for_building(self.folder)),
            ignored=ignored,
            transitive=brought_along(self.folder, names, prefix=self.prefix) - names,
            inline=self._inside(report.scan),
            python=self._allowed_python(),
            used=used_besides(needed, elsewhere, report.scan, declared),
        )
        if not self.is_whole:
            findings = tuple(f for f in findings if f.rule not in _ABOUT_THE_WHOLE)
        return replace(report, findings=(*broken, *findings), is_checked=True)

    def write(self, report: Report) -> dict[Path, list[str]]:
        """Declare what is missing; answer where, and what."""
        from caddis.stages.scan import group_for, missing, plan_declaration, told_apart

        needed = self._needed(report)
        declared = declared_by(self.files, self.folder)
        known = (*declared, *for_building(self.folder))
        additions: dict[Path, list[Requirement]] = {}
        lacking = missing(
            needed, known, self._inside(report.scan), self._allowed_python()
        )
        if lacking and not self.files:
            lacking = with_declared_inside(lacking, report.scan)
        for item in told_apart(needed.requirements, lacking):
            group = group_for(item)
            if group != "build":
                additions.setdefault(self._file_for(group), []).append(item)
        changed = {}
        for path, items in additions.items():
            text = _text_of(path)
            newline = "\r\n" if "\r\n" in text else "\n"
            planned = plan_declaration(text.replace("\r\n", "\n"), path.name, items)
            changed[path] = planned.replace("\n", newline)
        for path, text in changed.items():
            write_whole(path, text)
        return {
            path: [item.name for item in items] for path, items in additions.items()
        }

    def _file_for(self, group: str) -> Path:
        """Choose the file that *group* is written to."""
        from caddis.stages.scan import choose_group

        able = [f.path for f in self.files if self._takes_run_time(f)]
        # What is a program is not edited: it is the last choice, and refused.
        main = min(able, key=lambda path: path.name == "setup.py", default=None)
        if not group or (main and main.name in _WITH_GROUPS):
            return main or self.folder / "requirements.txt"
        files = {file.group: file.path for file in self.files if file.group}
        name = choose_group(group, files)
        if name:
            return files[name]
        if main and main.name.endswith(_CONDA):
            return main
        return self.folder / f"requirements-{group}.txt"

    def _takes_run_time(self, file: DeclaringFile) -> bool:
        """Say whether a list in *file* is for what run time needs."""
        if file.path.name != "pyproject.toml":
            return not file.group
        if table_of(file.path, "tool", "poetry", "dependencies"):
            return True
        about = table_of(file.path, "project")
        return bool(about) and "dependencies" not in about.get("dynamic", ())

    def _declaring(self) -> Ecosystem:
        """Say in whose names the project declares, first of all."""
        return Ecosystem.CONDA if self._declares_conda() else self.ecosystem

    def _declares_conda(self) -> bool:
        return bool(self.files) and self.files[0].path.name.endswith(_CONDA)

    def _inside(self, found: Scan) -> DeclaredInside:
        """Ask what files, and the folders that they lie in, declare for themselves."""
        from caddis.stages.declare import declaring_files

        def names_in(folder: str) -> frozenset[str]:
            inner = self.scanned / folder
            there = replace(self, folder=inner, files=declaring_files(inner))
            return there.declared_names()

        return DeclaredInside(found.declared, names_in)

    def _needed(self, report: Report) -> Requirements:
        """Find what *report* needs, in the names that the project declares in."""
        return self._named(report, self._declaring(), self._declared_if_legal())

    def _named(
        self, report: Report, ecosystem: Ecosystem, declared: tuple[Requirement, ...]
    ) -> Requirements:
        return self._names(report.weighed, ecosystem, report.scan, declared=declared)

    def _named_elsewhere(
        self, report: Report, declared: tuple[Requirement, ...]
    ) -> Iterator[Requirements]:
        """Find it in the names of the other world, where that is *declared* in, too."""
        for world in {item.ecosystem for item in declared} - {self._declaring()}:
            of_world = tuple(item for item in declared if item.ecosystem is world)
            yield self._named(report, world, of_world)

    def _names(
        self,
        imports: Sequence[Import],
        ecosystem: Ecosystem,
        scan: Scan,
        *,
        declared: tuple[Requirement, ...],
    ) -> Requirements:
        from caddis.stages.requirements import left_to_extras
        from caddis.stages.scan.groups import is_not_work

        known = Known(
            declared=declared,
            providers=self.providers,
            around=self._around(),
            namesakes=scan.namesakes,
        )
        found = self.find(imports, ecosystem, known)
        found = left_to_extras(
            found, scan.imports, self._extras(), is_beside=is_not_work
        )
        if ecosystem is Ecosystem.PYPI:
            return found
        # Where conda has no markers, what another platform needs would do harm.
        here = tuple(r for r in found.requirements if _is_needed_here(r))
        elsewhere = (r for r in found.requirements if r not in here)
        optional = (*found.optional, *elsewhere)
        return replace(found, requirements=here, optional=optional)

    def _declared_as_asked(self) -> tuple[Requirement, ...]:
        """List what is declared, and fits the packages that are asked for.

        Whoever asks for conda's packages of a project that declares PyPI's alone wants
        conda's in their place.
        """
        declared = self._declared_if_legal()
        if self.ecosystem is Ecosystem.PYPI or self._declares_conda():
            return declared
        return ()

    def declared_names(self) -> frozenset[str]:
        """Name what is declared; nothing where the declaration is not legal."""
        return frozenset(item.name for item in self._declared_if_legal())

    def _declared_if_legal(self) -> tuple[Requirement, ...]:
        """Answer what is declared; a declaration that is not legal declares nothing."""
        try:
            return declared_past_errors(self.files, self.folder).requirements
        except ProjectError:
            return ()

    def _allowed_python(self) -> str:
        """Answer the bounds of the Pythons that the project is for."""
        from caddis.stages.declare import allowed_python

        return allowed_python(self.folder)

    def _extras(self) -> Collection[str]:
        """Name the extras that the project offers."""
        path = self.folder / "pyproject.toml"
        built = (file.path for file in self.files if file.path.name in BUILT)
        groups = {
            item.group for each in built for item in declared_in(each, self.folder)
        }
        listed = {normalize(file.group) for file in self.files} - FOR_WORK
        offered = (
            *map(normalize, table_of(path, "project", "optional-dependencies")),
            *map(normalize, table_of(path, "tool", "poetry", "extras")),
        )
        return {*(groups - {"", "build", "test"}), *listed, *offered}

    def _around(self) -> Declaration | None:
        """Read where the project's packages come from, if that can be read."""
        from caddis.stages.declare import declare

        paths = [file.path for file in self.files if file.path.name not in BUILT]
        try:
            return declare(self.folder, paths, variables=os.environ) if paths else None
        except ProjectError:
            return None


def _text_of(path: Path) -> str:
    """Read a file with the ends of lines that it has; empty when there is none.

    Raises:
        ProjectError: it cannot be written to without changing more of it.
    """
    try:
        return path.read_bytes().decode() if path.exists() else ""
    except UnicodeDecodeError:
        raise ProjectError(
            f"{path.name} is not UTF-8 text", hint="Save it as UTF-8."
        ) from None


def _is_needed_here(requirement: Requirement) -> bool:
    if not requirement.marker:
        return True
    from packaging.markers import Marker

    return Marker(requirement.marker).evaluate()
