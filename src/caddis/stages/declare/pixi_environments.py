"""`[environments]` of pixi: which features make an environment together.

The default one is what is needed at run time; each other one is a group. pixi chooses
packages for each by itself, and a lock has one of each package for all groups. So those
that are made for other versions than the rest (a Python each, the oldest numpy) stand
apart: they are locked only where somebody asks for them.
https://pixi.prefix.dev/latest/workspace/multi_environment/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.requirements import Requirement
from caddis.model.toml import list_in, table_in

_DEFAULT = "default"
_BOUNDED = re.compile(r"[<~]|(?<![<>!=~])=|\d\.\*")
"""What keeps newer versions away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """One of pixi's environments."""

    name: str
    features: tuple[str, ...]
    """Beside the default one."""
    solve_group: str = ""
    """With whose environments it has its versions in common."""


def read_environments(whole: Mapping[str, Any]) -> tuple[Environment, ...]:
    """Read the environments of a manifest; without any, each feature is one."""
    named = table_in(whole, "environments")
    if not named:
        features = table_in(whole, "feature")
        return tuple(Environment(name=name, features=(name,)) for name in features)
    return tuple(_environment(name, named) for name in named)


def _environment(name: str, named: Mapping[str, Any]) -> Environment:
    about = named[name]
    if not isinstance(about, Mapping):
        return Environment(name=name, features=tuple(map(str, list_in(named, name))))
    return Environment(
        name=name,
        features=tuple(map(str, list_in(about, "features"))),
        solve_group=str(about.get("solve-group", "")),
    )


def as_groups(
    environments: Iterable[Environment],
    *,
    common: Declaration,
    features: Mapping[str, Declaration],
) -> Iterator[Declaration]:
    """Yield what each of *environments* adds to what all have in *common*."""
    every = tuple(environments)
    usual = next((each for each in every if each.name == _DEFAULT), None)
    asked = {name: feature.requirements for name, feature in features.items()}
    for environment in every:
        group = "" if environment is usual else normalize(environment.name)
        for name in environment.features:
            if name in features:
                yield _in_group(features[name], group)
        joined = usual and environment.solve_group == usual.solve_group != ""
        if group and not joined and _is_apart(environment, asked, common.requirements):
            yield Declaration(apart=(group,))


def _in_group(feature: Declaration, group: str) -> Declaration:
    """Ask for what *feature* asks for as a part of *group*; empty for run time."""
    return replace(
        feature,
        requirements=tuple(replace(need, group=group) for need in feature.requirements),
        variables={} if group else feature.variables,
    )


def _is_apart(
    environment: Environment,
    asked: Mapping[str, Iterable[Requirement]],
    common: Iterable[Requirement],
) -> bool:
    """Say whether it would decide on versions of what others ask for, too."""
    own = [need for name in environment.features for need in asked.get(name, ())]
    others = [
        *common,
        *(n for name in asked if name not in environment.features for n in asked[name]),
    ]
    limited = {need.name: need.spec for need in own if _BOUNDED.search(need.spec)}
    return any(
        limited.get(other.name, other.spec) != other.spec for other in others
    ) or any(
        need.spec != limit.spec
        for limit in common
        if _BOUNDED.search(limit.spec)
        for need in own
        if need.name == limit.name
    )
