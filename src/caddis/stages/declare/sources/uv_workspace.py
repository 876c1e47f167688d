"""`[tool.uv.workspace]`: projects of one repository that know each other by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.dist_names import normalize
from caddis.stages.declare.reading import Project
from caddis.stages.declare.toml_table import TomlTable, parse_table

_FILE = "pyproject.toml"
_KEY = "tool.uv.workspace"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """The top of a workspace."""

    folder: Path
    table: TomlTable
    """Its pyproject.toml."""

    def members(self, project: Project) -> dict[str, Path]:
        """Give the folder of each member by its normalized name.

        Raises:
            ProjectError: the pyproject.toml of one cannot be read.
        """
        tables = (
            (folder, parse_table(project.read(folder / _FILE), project.show(folder)))
            for folder in self.folders()
        )
        names = ((folder, t.section("project").get("name")) for folder, t in tables)
        return {normalize(str(name)): folder for folder, name in names if name}

    def folders(self) -> Iterator[Path]:
        """List the folders of the members, the workspace's own first."""
        about = self.table.section(_KEY)
        yield self.folder
        out = set(self._matching(about.get("exclude")))
        for folder in dict.fromkeys(self._matching(about.get("members"))):
            if folder not in {self.folder, *out} and (folder / _FILE).is_file():
                yield folder

    def _matching(self, patterns: object) -> Iterator[Path]:
        for pattern in patterns if isinstance(patterns, list) else ():
            for name in sorted(
                glob(str(pattern), root_dir=self.folder, recursive=True)
            ):
                yield _absolute(self.folder / name)


def workspace_of(folder: Path, table: TomlTable, project: Project) -> Workspace | None:
    """Find the workspace that *folder*, which has the pyproject.toml *table*, is in."""
    folder = _absolute(folder)
    if table.section(_KEY):
        return Workspace(folder=folder, table=table)
    above = next((p for p in folder.parents if (p / _FILE).is_file()), None)
    found = _top(above, project) if above else None
    return found if found and folder in found.folders() else None


def _top(folder: Path, project: Project) -> Workspace | None:
    """Read *folder* as the top of a workspace; what cannot be read is none."""
    try:
        text = project.read(folder / _FILE)
        if "workspace" not in text:
            return None
        table = parse_table(text, project.show(folder / _FILE))
        found = table.section(_KEY)
    except (ProjectError, OSError):
        return None
    return Workspace(folder=folder, table=table) if found else None


def _absolute(path: Path) -> Path:
    """Make *path* absolute without following links."""
    return Path(os.path.abspath(path))
