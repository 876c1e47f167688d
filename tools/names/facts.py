"""One statement of one tool about one module, and where such statements stand."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML

from caddis.model.dist_names import normalize


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A tool says that a package provides a module."""

    module: str
    pypi: str
    """Normalized."""
    conda: str
    """Empty when the tool does not tell."""
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A distribution on PyPI that carries a mapping."""

    name: str
    license: str
    member: str
    """File of the wheel that has the mapping."""
    read: Callable[[str], Iterator[tuple[str, str, str]]]
    """Yields module, PyPI name and conda name from the file's text."""
    follows: str = ""
    """Another source it was started from: where both agree, they count once."""

    def facts(self, text: str) -> Iterator[Fact]:
        """Read every statement in *text*."""
        for module, pypi, conda in self.read(text):
            yield Fact(
                module=module,
                pypi=normalize(pypi),
                conda=conda,
                source=self.name,
            )


def _conda_pypi(text: str) -> Iterator[tuple[str, str, str]]:
    for entry in json.loads(text).values():
        yield entry["import_name"], entry["pypi_name"], entry["conda_name"]


def _depfinder(text: str) -> Iterator[tuple[str, str, str]]:
    for entry in YAML(typ="safe").load(text):
        yield entry["import_name"], entry["pypi_name"], entry["conda_name"]


def _grayskull(text: str) -> Iterator[tuple[str, str, str]]:
    for pypi, entry in YAML(typ="safe").load(text).items():
        yield entry["import_name"], pypi, entry["conda_forge"]


def _pipreqs(text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.split():
        module, _, pypi = line.partition(":")
        yield module, pypi, ""


def _marimo(text: str) -> Iterator[tuple[str, str, str]]:
    """Read the one dictionary in a module of Python; nothing is executed."""
    tables = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Dict))
    for module, pypi in ast.literal_eval(next(tables)).items():
        yield module, pypi, ""


SOURCES = (
    Source(
        name="conda-pypi",
        license="MIT",
        member="conda_pypi/grayskull_pypi_mapping.json",
        read=_conda_pypi,
    ),
    Source(
        name="depfinder",
        license="BSD-3-Clause",
        member="depfinder/pkg_data/name_mapping.yml",
        read=_depfinder,
    ),
    Source(
        name="grayskull",
        license="Apache-2.0",
        member="grayskull/strategy/config.yaml",
        read=_grayskull,
    ),
    Source(
        name="pipreqs",
        license="Apache-2.0",
        member="pipreqs/mapping",
        read=_pipreqs,
    ),
    Source(
        name="marimo",
        license="Apache-2.0",
        member="marimo/_runtime/packages/module_name_to_pypi_name.py",
        read=_marimo,
        follows="pipreqs",
    ),
)
