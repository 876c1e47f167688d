"""Add to declarations that have a key for each package: poetry's, pixi's, pipenv's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.scan.declaring.groups import by_group, choose_group

_ANY = "*"


def add_to_poetry(poetry: Any, group: str, items: Sequence[Requirement]) -> None:
    """Ask for any version, in the table that *group* has or gets."""
    table = poetry["dependencies"]
    if group:
        groups = _table(poetry, "group", is_super=True)
        name = choose_group(group, groups) or group
        table = _table(_table(groups, name, is_super=True), "dependencies")
    _add(table, items, markers="markers")


def with_added_to_pixi(text: str, additions: Sequence[Requirement]) -> str:
    """Answer *text*, of a pixi.toml, with *additions*: of conda, or of PyPI.

    What only tests need goes to the feature for that. One that is not there is made,
    with an environment.
    """
    import tomlkit

    document: Any = tomlkit.parse(text)
    for group, items in by_group(additions).items():
        owner = _feature(document, group) if group else document
        conda = [item for item in items if item.ecosystem is Ecosystem.CONDA]
        others = [item for item in items if item.ecosystem is not Ecosystem.CONDA]
        if conda:
            _add(_table(owner, "dependencies"), conda)
        if others:
            table = _table(owner, "pypi-dependencies")
            _add(table, others, markers="env-markers")
    return str(tomlkit.dumps(document))


def _feature(document: Any, group: str) -> Any:
    features = _table(document, "feature", is_super=True)
    name = choose_group(group, features) or group
    if name not in features:
        _table(document, "environments").add(name, [name])
    return _table(features, name, is_super=True)


def with_added_to_pipfile(text: str, additions: Sequence[Requirement]) -> str:
    """Answer *text*, of a Pipfile, with *additions*, those of tests for development."""
    import tomlkit

    document: Any = tomlkit.parse(text)
    for group, items in by_group(additions).items():
        table = _table(document, "dev-packages" if group else "packages")
        _add(table, items, markers="markers")
    return str(tomlkit.dumps(document))


def _add(table: Any, items: Iterable[Requirement], *, markers: str = "") -> None:
    """Ask for any version of *items*; *markers* is the key of when they are needed."""
    import tomlkit

    for item in items:
        how: Any = _ANY
        if item.marker and markers:
            how = tomlkit.inline_table()
            how.update({"version": _ANY, markers: item.marker})
        table.add(item.name, how)


def _table(owner: Any, name: str, *, is_super: bool = False) -> Any:
    """Get the table *name* of *owner*, which is made if it is not there."""
    import tomlkit

    if name not in owner:
        owner.add(name, tomlkit.table(is_super_table=is_super))
    return owner[name]
