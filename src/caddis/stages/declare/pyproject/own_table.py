"""`[tool.caddis]` of a pyproject.toml, or of the metadata in a script."""

from __future__ import annotations

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.stages.declare.reading import (
    Project,
    conda_requirement,
    declared_platform,
)
from caddis.stages.declare.toml_table import TomlTable

_LISTS = (
    *("channels", "platforms", "virtual-packages", "indexes", "conda"),
    "without",
)
_TEXTS = ("python", "exclude-newer")
_VALUES = (*_LISTS, *_TEXTS, "package")
_TABLES = ("providers", "scan")
"""Tables that are read elsewhere: for names of packages, and for scans."""


def own_table(table: TomlTable, project: Project) -> Declaration:
    """Read `[tool.caddis]`, which has only what no standard covers.

    Raises:
        ProjectError: it has a key that nobody reads, or a value that makes no sense.
    """
    tool = table.section("tool.caddis")
    for key in tool:
        if key not in (*_VALUES, *_TABLES):
            raise ProjectError(
                f"{table.at(key, after='[tool.caddis')}: [tool.caddis] has no {key!r}",
                hint=f"It has: {', '.join(_VALUES)}; "
                f"and the tables {' and '.join(_TABLES)}.",
            )
    if not isinstance(tool.get("package", True), bool):
        raise ProjectError(
            f"{table.key('package')}: package is neither true nor false",
            hint="Write package = false to leave the project itself out.",
        )
    if not isinstance(tool.get("python", ""), str):
        # A number 3.10 would be 3.1.
        raise ProjectError(
            f"{table.key('python')}: python is not a text",
            hint='Write it in quotes, as python = "3.12".',
        )
    channels = table.strings(tool, "channels")
    return Declaration(
        requirements=tuple(
            conda_requirement(spec, at=table.at(spec, after="[tool.caddis"))
            for spec in table.strings(tool, "conda")
        ),
        channels=tuple(project.expand(c, at=table.at(c)) for c in channels),
        platforms=tuple(
            declared_platform(name, at=table.at(name, after="[tool.caddis"))
            for name in table.strings(tool, "platforms")
        ),
        virtual_packages=tuple(table.strings(tool, "virtual-packages")),
        indexes=tuple(
            project.expand(url, at=table.at(url))
            for url in table.strings(tool, "indexes")
        ),
        python=str(tool.get("python", "")),
        exclude_newer=str(tool.get("exclude-newer", "")),
        without=tuple(map(normalize, table.strings(tool, "without"))),
    )
