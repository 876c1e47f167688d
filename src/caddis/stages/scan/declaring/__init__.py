"""Add to a declaration what is missing in it, keeping its comments and order."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from caddis.errors import ProjectError
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.scan.declaring.by_name import (
    add_to_poetry,
    with_added_to_pipfile,
    with_added_to_pixi,
)
from caddis.stages.scan.declaring.groups import by_group, choose_group

_INSTALLED = re.compile(r"^install_requires\s*=", re.MULTILINE)


def plan_declaration(text: str, name: str, additions: Sequence[Requirement]) -> str:
    """Answer *text*, the content of the file *name*, with *additions* declared.

    In a pyproject.toml, pixi.toml or Pipfile each goes into its group; other files have
    none.

    Raises:
        ProjectError: the file is of no kind that can be written to.
    """
    if not additions:
        return text
    if name == "pyproject.toml":
        return _pyproject(text, additions)
    if name == "pixi.toml":
        return with_added_to_pixi(text, additions)
    if name == "Pipfile":
        return with_added_to_pipfile(text, additions)
    if name.endswith((".yml", ".yaml")):
        return _environment(text, additions)
    if name.endswith((".txt", ".in")):
        return _requirements(text, additions)
    if name == "setup.cfg" and _INSTALLED.search(text):
        return _setup_cfg(text, additions)
    raise ProjectError(
        f"caddis cannot add requirements to {name}",
        hint=f"Add by hand: {', '.join(item.spec for item in additions)}.",
    )


def _requirements(text: str, additions: Sequence[Requirement]) -> str:
    newline = "" if not text or text.endswith("\n") else "\n"
    return text + newline + "".join(f"{item.spec}\n" for item in additions)


def _setup_cfg(text: str, additions: Sequence[Requirement]) -> str:
    """Add lines below those of `install_requires`, indented like them."""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if _INSTALLED.match(line))
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0].isspace()):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    indentation = _indentation_of(lines[end - 1]) or "    "
    lines[end:end] = [indentation + item.spec for item in additions]
    return "\n".join([*lines, ""])


def _pyproject(text: str, additions: Sequence[Requirement]) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    poetry = document.get("tool", {}).get("poetry", {})
    for group, items in by_group(additions).items():
        if "project" not in document and "dependencies" in poetry:
            add_to_poetry(poetry, group, items)
            continue
        table, key = _place_for(document, group)
        _extend(table, key, [item.spec.replace('"', "'") for item in items])
    result: str = tomlkit.dumps(document)
    return result


def _place_for(document: Any, group: str) -> tuple[Any, str]:
    """Find, or make, the table and the key of the list that *group* has."""
    if not group:
        return _table(document, "project"), "dependencies"
    groups = document.get("dependency-groups", {})
    extras = document.get("project", {}).get("optional-dependencies", {})
    for table in (groups, extras):
        name = choose_group(group, table)
        if name:
            return table, name
    return _table(document, "dependency-groups"), group


def _table(document: Any, name: str) -> Any:
    import tomlkit

    if name not in document:
        document.add(name, tomlkit.table())
    return document[name]


def _extend(table: Any, key: str, specs: Sequence[str]) -> None:
    """Add *specs* to a list as it is written: one a line, or all in one."""
    import tomlkit

    if key not in table:
        table.add(key, tomlkit.array())
    items = table[key]
    written = items.as_string()
    if "\n" not in written:
        items.extend(specs)
        items.multiline(key == "dependencies" and len(items) == len(specs))
        return
    for spec in specs:
        items.add_line(spec, indent=_indentation(written))


def _indentation(written: str) -> str:
    """Answer what stands before the items of a list, one a line."""
    for line in written.splitlines()[1:]:
        stripped = line.lstrip()
        if stripped and stripped != "]":
            return line[: len(line) - len(stripped)]
    return "    "


def _environment(text: str, additions: Sequence[Requirement]) -> str:
    """Add lines where the file has a list with one item a line, else write it anew."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    content: Any = yaml.load(text) or {}
    conda = [item.spec for item in additions if item.ecosystem is Ecosystem.CONDA]
    pip = [item.spec for item in additions if item.ecosystem is not Ecosystem.CONDA]
    dependencies = content.setdefault("dependencies", [])
    if _has_lines(dependencies) and _has_lines(_pip_section(dependencies) or ["-"]):
        return _with_lines(text, dependencies, conda, pip)
    end = _end_of_conda(dependencies)
    dependencies[end:end] = conda
    if pip:
        section = _pip_section(dependencies)
        if section is None:
            section = []
            dependencies += [*_missing_pip(dependencies), {"pip": section}]
        section.extend(pip)
    written = io.StringIO()
    yaml.dump(content, written)
    return written.getvalue()


def _has_lines(items: Any) -> bool:
    """Say whether a list stands with one item a line."""
    return bool(items) and not (hasattr(items, "fa") and items.fa.flow_style())


def _with_lines(text: str, dependencies: Any, conda: list[str], pip: list[str]) -> str:
    """Insert lines after those of the items they belong to; nothing else changes."""
    lines = [line.rstrip("\n") for line in text.split("\n")]
    if lines[-1] == "":
        lines.pop()
    section = _pip_section(dependencies)
    end = _end_of_conda(dependencies)
    last = _line(dependencies, max(end - 1, 0))
    dash = _indentation_of(lines[_line(dependencies, 0)])
    added = [(last + (end > 0), [f"{dash}- {spec}" for spec in conda])]
    if section is not None:
        bottom = _line(section, len(section) - 1)
        inner = _indentation_of(lines[bottom])
        added.append((bottom + 1, [f"{inner}- {spec}" for spec in pip]))
    elif pip:
        new = [f"{dash}- {item}" for item in _missing_pip(dependencies)]
        new += [f"{dash}- pip:", *(f"{dash}    - {spec}" for spec in pip)]
        added.append((_line(dependencies, len(dependencies) - 1) + 1, new))
    added.sort(key=lambda item: item[0])
    for at, new in reversed(added):
        lines[at:at] = new
    return "\n".join([*lines, ""])


def _line(items: Any, number: int) -> int:
    """Say on which line, from 0, an item of a list that was read stands."""
    line: int = items.lc.item(number)[0]
    return line


def _indentation_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _end_of_conda(dependencies: Sequence[Any]) -> int:
    """Find the place before pip and its section, which stand last by custom."""
    end = len(dependencies)
    while end and _is_for_pip(dependencies[end - 1]):
        end -= 1
    return end


def _is_for_pip(item: object) -> bool:
    return isinstance(item, Mapping) or item == "pip"


def _missing_pip(dependencies: Sequence[Any]) -> list[str]:
    return [] if "pip" in dependencies else ["pip"]


def _pip_section(dependencies: Sequence[Any]) -> Any:
    """Find the list of what pip installs; None when there is none."""
    sections = (d["pip"] for d in dependencies if isinstance(d, Mapping) and "pip" in d)
    return next(sections, None)
