"""environment.yml, as conda reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.stages.declare.plain_yaml import read_plain
from caddis.stages.declare.reading import (
    NO_DEFAULTS,
    Place,
    Project,
    conda_requirement,
    declared_platform,
    merge,
)
from caddis.stages.declare.requirements_txt import read_lines
from caddis.stages.declare.selectors import marker_in_comment

_KEYS = (
    *("name", "channels", "dependencies", "variables", "prefix", "platforms"),
    "category",
)


def read_environment(path: Path, project: Project) -> Declaration:
    """Read the environment.yml at *path*.

    Raises:
        ProjectError: it is not one that conda would take.
    """
    shown = project.show(path)
    text = project.read(path)
    data = _load(text, shown)
    channels = _strings(data, "channels", shown)
    return merge(
        (
            Declaration(
                files=(shown,),
                name=str(data.get("name") or ""),
                channels=tuple(
                    project.expand(name, at=at)
                    for at, name in channels
                    if name != NO_DEFAULTS
                ),
                platforms=tuple(
                    declared_platform(name, at=at)
                    for at, name in _strings(data, "platforms", shown)
                ),
                variables=_variables(data, shown),
                notes=tuple(_unheeded(data, shown)),
            ),
            *_dependencies(data, text, project, path=path),
        )
    )


def _unheeded(data: dict[str, Any], shown: str) -> Iterator[str]:
    """Point out keys that mean nothing, which conda passes over, too.

    Raises:
        ProjectError: one of them is but misspelt.
    """
    for key in map(str, data):
        if key in _KEYS:
            continue
        # Here, because hardly any file has one.
        from difflib import get_close_matches

        if meant := get_close_matches(key, _KEYS, n=1, cutoff=0.7):
            raise ProjectError(
                f"{_at(shown, data, key)}: an environment file has no key {key!r}",
                hint=f"Did you mean {meant[0]}?",
            )
        yield f"{_at(shown, data, key)}: the key {key!r} is not heeded"


def _group(data: dict[str, Any]) -> str:
    """Give the group that conda-lock calls a category; empty for run time."""
    category = str(data.get("category") or "main")
    return "" if category == "main" else normalize(category)


def _load(text: str, shown: str) -> dict[str, Any]:
    data = read_plain(text) or _load_any(text, shown)
    if not isinstance(data, dict):
        raise ProjectError(
            f"{shown}:1: an environment file is a mapping",
            hint="It starts like: name: …, channels: […], dependencies: […].",
        )
    return data


def _load_any(text: str, shown: str) -> object:
    # Here, because it takes a while to be imported, and few files need it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProjectError(
            f"{shown}:{line}: this is not YAML: {error.problem}",
            hint="Look at the indentation and the colons around this line.",
        ) from None


def _dependencies(
    data: dict[str, Any], text: str, project: Project, *, path: Path
) -> Iterator[Declaration]:
    shown = project.show(path)
    lines = text.splitlines()
    group = _group(data)
    for at, item in _items(data, "dependencies", shown):
        if isinstance(item, str):
            found = conda_requirement(item, at=at, group=group)
            marker = found.marker or marker_in_comment(lines[at.line - 1])
            yield Declaration(requirements=(replace(found, marker=marker),))
            continue
        if not isinstance(item, dict) or list(item) != ["pip"]:
            raise ProjectError(
                f"{at}: a dependency is a text or a pip section, not {item!r}",
                hint="Write - numpy or - numpy=1.26, or - pip: and the requirements"
                " below it.",
            )
        specs = (
            (at, _with_marker(spec, marker_in_comment(lines[at.line - 1])))
            for at, spec in _strings(item, "pip", shown)
        )
        yield from read_lines(specs, project, folder=path.parent, group=group)


def _with_marker(spec: str, marker: str) -> str:
    return f"{spec} ; {marker}" if marker and ";" not in spec else spec


def _variables(data: dict[str, Any], shown: str) -> dict[str, str]:
    found = data.get("variables") or {}
    if not isinstance(found, Mapping):
        raise ProjectError(
            f"{_at(shown, data, 'variables')}: variables are a mapping",
            hint="Write NAME: value, one a line.",
        )
    for key, value in found.items():
        if value is None:
            raise ProjectError(
                f"{_at(shown, found, key)}: the variable {key} has no value",
                hint=f'For an empty one write {key}: "".',
            )
    return {str(key): str(value) for key, value in found.items()}


def _strings(data: dict[str, Any], key: str, shown: str) -> Iterator[tuple[Place, str]]:
    for at, item in _items(data, key, shown):
        if not isinstance(item, str):
            raise ProjectError(
                f"{at}: {key} has {item!r}, which is not a text",
                hint="Put it in quotes.",
            )
        yield at, item


def _items(data: dict[str, Any], key: str, shown: str) -> Iterator[tuple[Place, Any]]:
    items = data.get(key)
    if items is None:
        return
    if not isinstance(items, list):
        raise ProjectError(
            f"{_at(shown, data, key)}: {key} is a list",
            hint="Write each on a line of its own, after a dash.",
        )
    for number, item in enumerate(items):
        at = _item_at(shown, items, number)
        if isinstance(item, str) and " - " in item:
            raise ProjectError(
                f"{at}: {item!r} is several lines that YAML reads as one",
                hint="Begin the dashes of a list all at the same column.",
            )
        yield at, item


def _item_at(shown: str, items: Any, number: int) -> Place:
    return Place(file=shown, line=items.lc.item(number)[0] + 1)


def _at(shown: str, data: Any, key: str) -> Place:
    return Place(file=shown, line=data.lc.key(key)[0] + 1)
