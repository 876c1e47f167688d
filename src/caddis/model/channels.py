"""Channels of conda, by the words that conda has for them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from caddis.model.requirements import Ecosystem, Requirement
from caddis.model.urls import channel_name

_ANACONDA = "https://repo.anaconda.com/"
_DEFAULTS = ("pkgs/main", "pkgs/r")
"""What conda takes for `defaults`, the most wanted first."""
_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win)-[\w]+)$")


def in_full(names: Iterable[str]) -> tuple[str, ...]:
    """Spell out `defaults` and `pkgs/main`, which lie elsewhere than others."""
    every = (_DEFAULTS if name == "defaults" else (name,) for name in names)
    return tuple(dict.fromkeys(_at_anaconda(name) for some in every for name in some))


def spec_in_full(spec: str) -> str:
    """Spell out the channel that a conda *spec* may name, as in `defaults::numpy`."""
    channel, found, rest = spec.partition("::")
    return f"{in_full((channel,))[0]}::{rest}" if found else spec


def with_named(
    channels: Iterable[str], requirements: Iterable[Requirement]
) -> tuple[str, ...]:
    """Add to *channels* those that *requirements* name themselves, as conda does."""
    every = in_full(channels)
    known = {channel_name(name) for name in every}
    named = (
        _SUBDIR.sub("", need.spec.partition("::")[0])
        for need in requirements
        if need.ecosystem is Ecosystem.CONDA and "::" in need.spec
    )
    more = (name for name in in_full(named) if channel_name(name) not in known)
    return (*every, *more)


def _at_anaconda(name: str) -> str:
    return f"{_ANACONDA}{name}" if name.startswith("pkgs/") else name
