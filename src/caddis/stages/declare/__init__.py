"""Declare: read what the files of a project ask for, each kind as it is.

What reads a kind is imported for it: a project has one or two of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from caddis.errors import ProjectError
from caddis.model.channels import with_named
from caddis.model.declaration import Declaration
from caddis.model.project import DECLARING, is_code
from caddis.model.requirements import Requirement
from caddis.stages.declare.project_files import (
    DeclaringFile,
    compiled_files,
    declaring_files,
)
from caddis.stages.declare.pythons import allowed_python
from caddis.stages.declare.reading import Project, merge

__all__ = [
    "DeclaringFile",
    "allowed_python",
    "compiled_files",
    "declare",
    "declaring_files",
    "find_declarations",
    "find_package",
]

_SCRIPTS = frozenset({".py", ".pyw", ""})
"""The endings of what may have a block of PEP 723."""


def declare(
    folder: Path, files: Sequence[Path], *, variables: Mapping[str, str] | None = None
) -> Declaration:
    """Read *files* of the project in *folder* as one declaration.

    *variables* are what `${NAME}` in index and channel URLs stands for.

    Raises:
        ProjectError: a file cannot be read or says something illegal.
    """
    known = {} if variables is None else variables
    project = Project(folder=folder, variables=known)
    whole = merge(_read(path, project) for path in files)
    return replace(whole, channels=with_named(whole.channels, whole.requirements))


def find_declarations(project: Path) -> tuple[Path, ...]:
    """Find the file that says what *project*, a folder or a file, needs; none, or one.

    A pyproject.toml counts when it has dependencies or a [tool.caddis], a script when
    it has a block of PEP 723.
    """
    if is_code(project):
        return (project,) if _has_block(project) else ()
    if project.is_file():
        return (project,)
    for name in DECLARING:
        path = project / name
        if path.is_file() and (name != "pyproject.toml" or _says_something(path)):
            return (path,)
    return ()


def find_package(project: Path) -> Requirement | None:
    """Find out whether *project*, a folder, is a package, also one that needs nothing.

    Raises:
        ProjectError: its pyproject.toml is not legal.
    """
    from caddis.stages.declare.built_package import built_package
    from caddis.stages.declare.pyproject import read_pyproject

    path = project / "pyproject.toml"
    own = None
    if path.is_file():
        own = read_pyproject(path, Project(folder=project)).package
    return own or built_package(project)


def _read(path: Path, project: Project) -> Declaration:
    if path.suffix in {".yml", ".yaml"}:
        from caddis.stages.declare.environment_yml import read_environment

        return read_environment(path, project)
    if path.name == "pyproject.toml":
        from caddis.stages.declare.pyproject import read_pyproject

        return read_pyproject(path, project)
    if path.name == "pixi.toml":
        from caddis.stages.declare.pixi import read_pixi

        return read_pixi(path, project)
    if path.name == "Pipfile":
        from caddis.stages.declare.pipfile import read_pipfile

        return read_pipfile(path, project)
    if path.suffix in {".in", ".txt"}:
        from caddis.stages.declare.requirements_txt import read_requirements

        return read_requirements(path, project)
    if path.suffix in _SCRIPTS:
        from caddis.stages.declare.pyproject.script import read_script

        return read_script(path, project)
    raise ProjectError(
        f"{path} is no kind of file that declares requirements",
        hint="These are: environment.yml, pyproject.toml, requirements.in, "
        "requirements.txt, pixi.toml, Pipfile and scripts with a # /// script block.",
    )


def _has_block(path: Path) -> bool:
    if path.suffix not in _SCRIPTS:
        return False
    from caddis.stages.declare.pyproject.script import has_block

    return has_block(path)


def _says_something(path: Path) -> bool:
    from caddis.stages.declare.pyproject import read_pyproject

    found = read_pyproject(path, Project(folder=path.parent))
    return bool(found.requirements or found.channels)
