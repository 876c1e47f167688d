"""`[tool.uv.sources]`: what uv takes from elsewhere than from any index.

Each becomes what would say the same in a requirements file.
https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.direct import with_extras
from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.stages.declare.own_package import both, is_switched_off, marker_of
from caddis.stages.declare.reading import Place, Project
from caddis.stages.declare.sources.other_indexes import other_indexes
from caddis.stages.declare.sources.uv_indexes import NamedIndex, read_indexes
from caddis.stages.declare.sources.uv_workspace import Workspace
from caddis.stages.declare.toml_table import TomlTable, parse_table

_ROOTED = re.compile(
    r"@\s*(?:file:///)?(?:\$\{PROJECT_ROOT\}|\{root(?P<up>(?::parent)*)(?::uri)?\})"
    r"/?(?P<path>[^\s;#]*)"
)
"""How PDM and hatch name what is in the project's folder."""
_FILE = "pyproject.toml"
_REVISIONS = ("rev", "tag", "branch")
ReadOther = Callable[[Path, Project], Declaration]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place that a package is taken from."""

    about: Mapping[str, Any]
    at: Place
    folder: Path
    """Where its paths start."""

    @property
    def marker(self) -> str:
        """When it is taken from there; empty for always."""
        return str(self.about.get("marker", ""))

    def is_for(self, extra: str, group: str) -> bool:
        """Say whether it is for what *extra* or *group* of the project asks for."""
        wanted = (("extra", extra), ("group", group))
        return all(
            key not in self.about or normalize(str(self.about[key])) == name
            for key, name in wanted
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where a project takes packages from."""

    project: Project
    folder: Path
    """Of the file that names them."""
    by_name: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    indexes: Mapping[str, NamedIndex] = field(default_factory=dict)
    members: Mapping[str, Path] = field(default_factory=dict)
    """Folders of the workspace, by name."""
    read_other: ReadOther | None = None
    """Reads what those need that are no packages themselves."""

    def taken(
        self, asked: Requirement, *, extra: str = "", group: str = ""
    ) -> Iterator[Requirement]:
        """Ask for *asked*, of an *extra* or a *group*, where it is taken from.

        Raises:
            ProjectError: there is no such place.
        """
        if rooted := _ROOTED.search(asked.spec):
            yield self._in_project(rooted, asked)
            return
        every = self.by_name.get(asked.name, ())
        sources = [source for source in every if source.is_for(extra, group)]
        if not sources or "@" in asked.spec:
            yield asked
            return
        for source in sources:
            for found in self._found(source, asked):
                yield replace(found, marker=both(found.marker, source.marker))
        if all(source.marker for source in sources):
            yield replace(asked, unless=tuple(source.marker for source in sources))

    def _in_project(self, rooted: re.Match[str], asked: Requirement) -> Requirement:
        up = (rooted["up"] or "").count("parent")
        file, _, line = asked.origin.rpartition(":")
        source = Source(
            about={"path": f"{'../' * up}{rooted['path'] or '.'}"},
            at=Place(file=file, line=int(line)),
            folder=self.folder,
        )
        return self.at_place(source, asked)

    def _found(self, source: Source, asked: Requirement) -> Iterator[Requirement]:
        """Ask for *asked* at its place, or for what it needs where it is no package."""
        about = source.about
        folder = None
        if about.get("workspace") is True:
            folder = self._member(asked.name, source)
        elif "path" in about:
            folder = source.folder / str(about["path"])
        read = self.read_other
        if read is None or folder is None or not self._is_virtual(folder, about):
            yield self.at_place(source, asked)
            return
        path = folder / _FILE
        reading = self.project.reading(path, asked_at=source.at)
        wanted = {"", *map(normalize, asked.extras)}
        for need in read(path, reading).requirements:
            if need.group in wanted:
                marker = both(need.marker, marker_of(asked.spec))
                yield replace(need, group=asked.group, marker=marker)

    def _is_virtual(self, folder: Path, about: Mapping[str, Any]) -> bool:
        if "package" in about:
            return about["package"] is False
        path = folder / _FILE
        if not path.is_file():
            return False
        return is_switched_off(
            parse_table(self.project.read(path), self.project.show(path)).data
        )

    def at_place(self, source: Source, asked: Requirement) -> Requirement:
        """Ask for *asked* at the place that *source* names.

        Raises:
            ProjectError: there is no such place.
        """
        about = source.about
        if "index" in about:
            index = self._index(source)
            return replace(asked, index=index.url, index_is_flat=index.is_flat)
        if "git" in about:
            return _at_url(asked, _in_git(about), about)
        if "url" in about:
            return _at_url(asked, str(about["url"]), about)
        if "path" in about:
            is_edited = about.get("editable") is True
            return self._at_path(asked, source, str(about["path"]), is_edited=is_edited)
        if about.get("workspace") is True:
            is_edited = about.get("editable") is not False
            path = os.path.relpath(self._member(asked.name, source), source.folder)
            return self._at_path(asked, source, path, is_edited=is_edited)
        raise ProjectError(
            f"{source.at}: this does not say where {asked.name} is taken from",
            hint="It has one of: git, url, path, workspace = true, index.",
        )

    def _index(self, source: Source) -> NamedIndex:
        name = str(source.about["index"])
        if name not in self.indexes:
            raise ProjectError(
                f"{source.at}: there is no index {name!r}",
                hint="Name it in the same tool's table, as [[tool.uv.index]], with"
                f' name = "{name}" and url = "…".',
            )
        return self.indexes[name]

    def _member(self, name: str, source: Source) -> Path:
        if name not in self.members:
            known = ", ".join(sorted(self.members)) or "none"
            raise ProjectError(
                f"{source.at}: {name} is no member of a workspace",
                hint="List its folder under members of [tool.uv.workspace]."
                f" Members are: {known}.",
            )
        return self.members[name]

    def _at_path(
        self, asked: Requirement, source: Source, path: str, *, is_edited: bool
    ) -> Requirement:
        if not (source.folder / path).exists():
            raise ProjectError(
                f"{source.at}: there is nothing at {path}",
                hint="Paths are relative to the file that they stand in.",
            )
        place = self.project.path_to(path, folder=source.folder)
        editable = "-e " if is_edited and (source.folder / path).is_dir() else ""
        spec = with_extras(f"{editable}{place}", asked.extras)
        return replace(asked, spec=spec, marker=marker_of(asked.spec))


def read_sources(
    table: TomlTable,
    *,
    folder: Path,
    project: Project,
    workspace: Workspace | None,
    read_other: ReadOther,
) -> Sources:
    """Read where *table*, of a file in *folder*, takes packages from.

    What it does not say, the top of its *workspace* says. *read_other* reads the
    pyproject.toml of another project.

    Raises:
        ProjectError: a source is not what uv takes.
    """
    tables = [(table, folder)]
    if workspace and workspace.table is not table:
        tables.insert(0, (workspace.table, workspace.folder))
    by_name: dict[str, tuple[Source, ...]] = {}
    indexes: dict[str, NamedIndex] = {}
    for each, where in tables:
        by_name.update(_listed(each, where))
        others = other_indexes(each, project)
        for name, index, at in others.sole:
            only = Source(about={"index": index}, at=at, folder=where)
            by_name.setdefault(normalize(name), (only,))
        found = read_indexes(each, folder=where, project=project)
        for known in (*others.indexes, *found):
            indexes[known.name or known.url] = known
    return Sources(
        project=project,
        folder=folder,
        by_name=by_name,
        indexes=indexes,
        members=_members(workspace, by_name, project),
        read_other=read_other,
    )


def _members(
    workspace: Workspace | None,
    sources: Mapping[str, tuple[Source, ...]],
    project: Project,
) -> Mapping[str, Path]:
    """Look for the members of the workspace, if any of *sources* asks for one."""
    every = (source for found in sources.values() for source in found)
    is_asked = any("workspace" in source.about for source in every)
    return workspace.members(project) if workspace and is_asked else {}


def _listed(table: TomlTable, folder: Path) -> Iterator[tuple[str, tuple[Source, ...]]]:
    for name, found in table.section("tool.uv.sources").items():
        at = table.at(name, after="tool.uv.sources")
        listed = found if isinstance(found, list) else [found]
        if not all(isinstance(about, Mapping) for about in listed):
            raise ProjectError(
                f"{at}: the source of {name} is no table",
                hint=f'Write {name} = {{ git = "https://…" }}.',
            )
        sources = (Source(about=about, at=at, folder=folder) for about in listed)
        yield normalize(name), tuple(sources)


def _in_git(about: Mapping[str, Any]) -> str:
    revision = next((str(about[key]) for key in _REVISIONS if key in about), "")
    url = f"git+{str(about['git']).removeprefix('git+')}"
    return f"{url}@{revision}" if revision else url


def _at_url(asked: Requirement, url: str, about: Mapping[str, Any]) -> Requirement:
    below = about.get("subdirectory")
    fragment = f"#subdirectory={below}" if below else ""
    marker = marker_of(asked.spec)
    end = f" ; {marker}" if marker else ""
    name = with_extras(asked.name, asked.extras)
    return replace(asked, spec=f"{name} @ {url}{fragment}{end}")
