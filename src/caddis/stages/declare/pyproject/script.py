"""The metadata that a script has in a comment (PEP 723)."""

from __future__ import annotations

import re
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.stages.declare.pyproject import read_pyproject
from caddis.stages.declare.pyproject.lists import listed, required_python
from caddis.stages.declare.pyproject.own_table import own_table
from caddis.stages.declare.reading import Project, merge
from caddis.stages.declare.sources.uv_indexes import declared_indexes
from caddis.stages.declare.sources.uv_sources import read_sources
from caddis.stages.declare.toml_table import TomlTable, parse_table

_SCRIPT = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def has_block(path: Path) -> bool:
    """Say whether the file at *path* has a block of PEP 723."""
    source = path.read_bytes().decode("utf-8-sig", "replace")
    return _SCRIPT.search(source.replace("\r\n", "\n")) is not None


def read_script(path: Path, project: Project) -> Declaration:
    """Read the PEP 723 metadata of the script at *path*.

    Raises:
        ProjectError: there is none, or it is not legal.
    """
    source = project.read(path)
    found = list(_SCRIPT.finditer(source.replace("\r\n", "\n")))
    shown = project.show(path)
    if not found:
        raise ProjectError(
            f"{shown} declares nothing: it has no # /// script block",
            hint=f"What it imports is locked by: caddis lock {shown}",
        )
    if len(found) > 1:
        raise ProjectError(
            f"{shown} has more than one script block",
            hint="Keep one # /// script block.",
        )
    lines = found[0]["content"].splitlines()
    text = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    first = source.count("\n", 0, found[0].start()) + 1
    table = parse_table(text, shown, first=first)
    sources = read_sources(
        table,
        folder=path.parent,
        project=project,
        workspace=None,
        read_other=read_pyproject,
    )
    return merge(
        (
            Declaration(
                files=(shown,),
                requires_python=required_python(table, table.data),
                requirements=tuple(listed(table, table.data, "dependencies", sources)),
            ),
            own_table(table, project),
            Declaration(exclude_newer=_newest_for_uv(table)),
            declared_indexes(sources.indexes.values()),
        )
    )


def _newest_for_uv(table: TomlTable) -> str:
    """Read the day up to which uv, which reads no block by itself here, would look."""
    return str(table.section("tool.uv").get("exclude-newer", ""))
