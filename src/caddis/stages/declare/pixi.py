"""pixi.toml, and `[tool.pixi]` of a pyproject.toml: conda and PyPI, by features.

Environments are groups here, or without any the features. What a platform has of its
own (`[target.win-64.dependencies]`) takes the place of what all have.
https://pixi.prefix.dev/latest/reference/pixi_manifest/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.platforms import SYSTEM_AND_MACHINE, platform_marker
from caddis.model.requirements import Requirement
from caddis.model.toml import list_in, table_in, text_in
from caddis.model.urls import PYPI
from caddis.stages.declare.by_name import spec_of, told_of
from caddis.stages.declare.own_package import both
from caddis.stages.declare.pixi_environments import as_groups, read_environments
from caddis.stages.declare.reading import (
    NO_DEFAULTS,
    Place,
    Project,
    conda_requirement,
    declared_platform,
    merge,
    pypi_requirement,
)
from caddis.stages.declare.sources.uv_sources import Source, Sources
from caddis.stages.declare.toml_table import TomlTable, parse_table

_CONDA = ("dependencies", "host-dependencies", "build-dependencies")
"""All of them are in the environment of whoever works on the project."""
_PYPI = "pypi-dependencies"
_PLACES = ("git", "path", "url")
_BUILT_BY_PIP = ("pyproject.toml", "setup.py")
_SYSTEMS = {
    "linux": "sys_platform == 'linux'",
    "osx": "sys_platform == 'darwin'",
    "unix": "sys_platform != 'win32'",
    "win": "sys_platform == 'win32'",
}
_VIRTUAL = {"linux": "__linux", "macos": "__osx", "cuda": "__cuda", "libc": "__glibc"}


def read_pixi(path: Path, project: Project) -> Declaration:
    """Read the pixi.toml at *path*.

    Raises:
        ProjectError: it says what no environment can be made of.
    """
    table = parse_table(project.read(path), project.show(path))
    return merge((Declaration(files=(table.file,)), of_pixi(table, project, path)))


def of_pixi(table: TomlTable, project: Project, path: Path) -> Declaration:
    """Read what *table*, the file at *path*, tells pixi; empty where it tells nothing.

    Raises:
        ProjectError: no environment can be made of it.
    """
    keys = ("tool", "pixi") if path.name == "pyproject.toml" else ()
    sources = Sources(project=project, folder=path.parent)
    manifest = _Manifest(table, keys, sources)
    whole = table_in(table.data, *keys)
    common = manifest.feature(whole)
    tables = table_in(whole, "feature")
    features = {n: manifest.feature(table_in(tables, n), name=n) for n in tables}
    groups = as_groups(read_environments(whole), common=common, features=features)
    about = table_in(whole, "workspace") or table_in(whole, "project")
    return merge((manifest.about(about), common, *groups))


@dataclass(frozen=True)
class _Manifest:
    table: TomlTable
    keys: tuple[str, ...]
    """Above all others, where it is part of a file."""
    sources: Sources

    def about(self, workspace: Mapping[str, Any]) -> Declaration:
        at = self._at("platforms", "workspace")
        return Declaration(
            name=text_in(workspace, "name"),
            channels=tuple(self._channels(workspace)),
            platforms=tuple(
                declared_platform(str(name), at=at)
                for name in list_in(workspace, "platforms")
            ),
        )

    def feature(self, about: Mapping[str, Any], *, name: str = "") -> Declaration:
        """Read one feature, or without *name* what is at the top."""
        options = table_in(about, "pypi-options")
        index = text_in(options, "index-url")
        replaces = bool(index) and index.rstrip("/") != PYPI
        links = (
            text_in(link, "path") or text_in(link, "url")
            for link in list_in(options, "find-links")
        )
        return Declaration(
            requirements=tuple(self._requirements(about, name)),
            channels=tuple(self._channels(about)) if name else (),
            indexes=(
                *((index,) if replaces else ()),
                *map(str, list_in(options, "extra-index-urls")),
            ),
            replaces_pypi=replaces,
            find_links=tuple(filter(None, links)),
            variables={
                key: str(value)
                for key, value in table_in(about, "activation", "env").items()
            },
            virtual_packages=tuple(
                _virtual_packages(table_in(about, "system-requirements"))
            ),
            notes=tuple(self._unheeded(about)),
        )

    def _requirements(
        self, about: Mapping[str, Any], feature: str
    ) -> Iterator[Requirement]:
        targets = table_in(about, "target")
        # Where a platform has something of its own, what all have does not count.
        elsewhere: dict[tuple[str, str], tuple[str, ...]] = {}
        for target in targets:
            marker = self._marker(target)
            for asked in self._listed(table_in(targets, target), feature, target):
                key = asked.ecosystem.value, asked.name
                elsewhere[key] = (*elsewhere.get(key, ()), marker)
                yield replace(asked, marker=both(asked.marker, marker))
        for asked in self._listed(about, feature):
            unless = elsewhere.get((asked.ecosystem.value, asked.name), ())
            yield replace(asked, unless=unless) if unless else asked

    def _listed(
        self, tables: Mapping[str, Any], feature: str, target: str = ""
    ) -> Iterator[Requirement]:
        group = normalize(feature) if feature else ""
        above = (
            *(("feature", feature) if feature else ()),
            *(("target", target) if target else ()),
        )
        for key in _CONDA:
            for name, told in table_in(tables, key).items():
                at = self._at(name, *above, key)
                if self._is_python_project(told):
                    edited = {**told, "editable": True}
                    yield self._of_pypi(name, edited, at, group)
                    continue
                yield conda_requirement(_match_spec(name, told, at), at=at, group=group)
        for name, told in table_in(tables, _PYPI).items():
            at = self._at(name, *above, _PYPI)
            yield self._of_pypi(name, told, at, group)

    def _is_python_project(self, told: Any) -> bool:
        """Say whether pixi is to build a package of a folder that pip can install."""
        path = text_in(told, "path") if isinstance(told, Mapping) else ""
        folder = self.sources.folder / path
        return bool(path) and any((folder / name).is_file() for name in _BUILT_BY_PIP)

    def _of_pypi(self, name: str, told: Any, at: Place, group: str) -> Requirement:
        about = told_of(name, told, at=at)
        version = text_in(about, "version").removeprefix("*")
        markers = filter(None, [text_in(about, "env-markers")])
        spec = spec_of(name, about, version, markers)
        asked = pypi_requirement(spec, at=at, group=group)
        if any(key in about for key in _PLACES):
            source = Source(about=about, at=at, folder=self.sources.folder)
            return self.sources.at_place(source, asked)
        return replace(asked, index=text_in(about, "index"))

    def _channels(self, about: Mapping[str, Any]) -> Iterator[str]:
        """Yield the channels, the most wanted first."""
        at = self._at("channels")
        found = [
            (-each.get("priority", 0), text_in(each, "channel"))
            if isinstance(each, Mapping)
            else (0, str(each))
            for each in list_in(about, "channels")
        ]
        for _, channel in sorted(found, key=lambda pair: pair[0]):
            if channel != NO_DEFAULTS:
                yield self.sources.project.expand(channel, at=at)

    def _marker(self, target: str) -> str:
        if target in _SYSTEMS:
            return _SYSTEMS[target]
        if target in SYSTEM_AND_MACHINE:
            return platform_marker(target)
        raise ProjectError(
            f"{self._at(target, 'target')}: {target!r} is no target",
            hint=f"There are: {', '.join((*_SYSTEMS, *SYSTEM_AND_MACHINE))}.",
        )

    def _unheeded(self, about: Mapping[str, Any]) -> Iterator[str]:
        if list_in(about, "activation", "scripts"):
            at = self._at("scripts", "activation")
            yield f"{at}: scripts of pixi's are not run when caddis activates"

    def _at(self, name: str, *keys: str) -> Place:
        return self.table.key(name, after=f"[{'.'.join((*self.keys, *keys))}]")


def _match_spec(name: str, told: Any, at: Place) -> str:
    """Write what pixi is told of a conda package in one text."""
    about = {"version": told} if isinstance(told, str) else told
    if not isinstance(about, Mapping) or any(key in about for key in _PLACES):
        raise ProjectError(
            f"{at}: {name} is no package of a channel",
            hint=f'Write {name} = "*" or {name} = {{ version = "…", channel = "…" }}.',
        )
    channel, build = text_in(about, "channel"), text_in(about, "build")
    version = text_in(about, "version") or "*"
    words = [f"{channel}::{name}" if channel else name]
    if version != "*" or build:
        words += [version.replace(" ", ""), build]
    return " ".join(filter(None, words))


def _virtual_packages(about: Mapping[str, Any]) -> Iterator[str]:
    for key, name in _VIRTUAL.items():
        told = about.get(key)
        version = text_in(told, "version") if isinstance(told, Mapping) else told
        if version:
            yield f"{name}={version}"
