"""Which indexes and channels are asked: options, and what stands in the environment."""

from __future__ import annotations

import os
import re
from argparse import ArgumentParser, Namespace, _ActionsContainer
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caddis.model.declaration import Declaration

_INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
)
"""Where people put index URLs with their credentials."""
_SAME_FOR_UV = {
    "PIP_INDEX_URL": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "PIP_EXTRA_INDEX_URL": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "PIP_CERT": ("SSL_CERT_FILE",),
    "PIP_CLIENT_CERT": ("SSL_CLIENT_CERT",),
}
"""What uv reads in place of pip's variables, which it does not read."""
_NOT_FOR_US = ("UV_PROJECT", "UV_WORKING_DIRECTORY", "UV_VENV_SEED")
"""What leads uv elsewhere, or lets it install what no lock names."""


def add_index_options(parser: ArgumentParser) -> None:
    """Add the options that say where packages come from."""
    group = parser.add_argument_group("where packages come from")
    group.add_argument(
        "-c",
        "--channel",
        action="append",
        default=[],
        metavar="URL",
        help="conda channel, the most wanted first",
    )
    add_pypi_options(group)


def add_index_urls(group: _ActionsContainer) -> None:
    """Add the options that name PyPI indexes."""
    group.add_argument(
        "-i", "--index-url", metavar="URL", help="PyPI index in place of pypi.org"
    )
    group.add_argument(
        "--extra-index-url",
        action="append",
        default=[],
        metavar="URL",
        help="further PyPI index",
    )


def add_pypi_options(group: _ActionsContainer) -> None:
    """Add the options that say which PyPI indexes are asked."""
    add_index_urls(group)
    group.add_argument(
        "--find-links",
        action="append",
        default=[],
        metavar="PLACE",
        help="folder or page with wheels",
    )
    group.add_argument(
        "--offline", action="store_true", help="use nothing but the caches"
    )


def index_urls(args: Namespace, declared: Declaration | None = None) -> tuple[str, ...]:
    """List the indexes in use, the one that comes last where PyPI else would."""
    from caddis.model.urls import PYPI

    around = _listed("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
    default = (
        getattr(args, "index_url", None)
        or (declared.indexes[0] if declared and declared.replaces_pypi else None)
        or next(around, PYPI)
    )
    return tuple(dict.fromkeys((*further_indexes(args, declared), default)))


def further_indexes(args: Namespace, declared: Declaration | None) -> tuple[str, ...]:
    """List the indexes that stand beside the one in place of PyPI."""
    own = declared.indexes if declared else ()
    if declared and declared.replaces_pypi:
        own = own[1:]
    known = _listed("UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL")
    return (*getattr(args, "extra_index_url", ()), *own, *known)


def indexes_around() -> Iterator[str]:
    """List the index URLs of the environment, credentials and all."""
    return (place for place in _listed(*_INDEX_VARIABLES) if "://" in place)


def _listed(*variables: str) -> Iterator[str]:
    """Read indexes of the environment; uv's may have names: `internal=https://…`."""
    words = (word for name in variables for word in os.environ.get(name, "").split())
    return (re.sub(r"^[\w.-]+=", "", word) for word in words)


def as_uv_reads_it(environment: Mapping[str, str], args: Namespace) -> dict[str, str]:
    """Tell uv what the environment has for pip, where it has nothing for uv.

    Certificates it takes from there alone. What is meant for uv's own projects is left
    out.
    """
    found = {n: text for n, text in environment.items() if n not in _NOT_FOR_US}
    for name, option in (("SSL_CERT_FILE", "cert"), ("SSL_CLIENT_CERT", "client_cert")):
        if path := getattr(args, option, ""):
            found[name] = path
    for of_pip, of_uv in _SAME_FOR_UV.items():
        if of_pip in found and not any(name in found for name in of_uv):
            found[of_uv[0]] = found[of_pip]
    return found
