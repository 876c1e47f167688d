"""Add to a declaration what is missing in it, keeping its comments and order."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from caddis.errors import ProjectError
from caddis.model.requirements import Ecosystem, Requirement


def plan_declaration(text: str, name: str, additions: Sequence[Requirement]) -> str:
    """Answer *text*, the content of the file *name*, with *additions* declared.

    Raises:
        ProjectError: the file is of no kind that can be written to.
    """
    if not additions:
        return text
    if name == "pyproject.toml":
        return _pyproject(text, additions)
    if name.endswith((".yml", ".yaml")):
        return _environment(text, additions)
    if name.endswith((".txt", ".in")):
        return _requirements(text, additions)
    raise ProjectError(
        f"caddis cannot add requirements to {name}",
        hint="Use pyproject.toml, environment.yml or requirements.txt.",
    )


def _line(requirement: Requirement) -> str:
    if requirement.marker:
        return f"{requirement.spec} ; {requirement.marker}"
    return requirement.spec


def _requirements(text: str, additions: Sequence[Requirement]) -> str:
    newline = "" if not text or text.endswith("\n") else "\n"
    return text + newline + "".join(f"{_line(item)}\n" for item in additions)


def _pyproject(text: str, additions: Sequence[Requirement]) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    if "project" not in document:
        document.add("project", tomlkit.table())
    project = document["project"]
    if "dependencies" not in project:
        project.add("dependencies", tomlkit.array().multiline(multiline=True))
    dependencies = project["dependencies"]
    several_lines = "\n" in dependencies.as_string() or not len(dependencies)
    for item in additions:
        if several_lines:
            dependencies.add_line(_line(item), indent="    ")
        else:
            dependencies.append(_line(item))
    result: str = tomlkit.dumps(document)
    return result


def _environment(text: str, additions: Sequence[Requirement]) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    _keep_indentation(yaml, text)
    content: Any = yaml.load(text) or {}
    dependencies = content.setdefault("dependencies", [])
    pip = next(
        (d["pip"] for d in dependencies if isinstance(d, dict) and "pip" in d), None
    )
    for item in additions:
        if item.ecosystem is Ecosystem.CONDA:
            at = len(dependencies) - (pip is not None)
            dependencies.insert(at, item.spec)
            continue
        if pip is None:
            pip = []
            if "pip" not in dependencies:
                dependencies.append("pip")
            dependencies.append({"pip": pip})
        pip.append(_line(item))
    written = io.StringIO()
    yaml.dump(content, written)
    return written.getvalue()


def _keep_indentation(yaml: Any, text: str) -> None:
    """Write lists as the file does: at the margin, or two columns in."""
    for line in text.splitlines():
        if line.lstrip().startswith("- "):
            offset = len(line) - len(line.lstrip())
            yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
            return
