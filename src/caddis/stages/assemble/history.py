"""What conda expects to find in a prefix beside its packages."""

from __future__ import annotations

import json
from collections.abc import Iterable

from caddis.model.archive import EPOCH
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.lock import Lock, LockedPackage
from caddis.model.prefix.history import listed, write_entry


def told_layer(
    lock: Lock, packages: Iterable[LockedPackage], *, platform: str
) -> Layer:
    """Give the files in which conda would have noted the installation of *packages*.

    Their time is a constant, so that the same lock always makes the same layer.
    """
    entries = {
        "conda-meta/history": _history(lock.requested_on(platform), packages),
        "conda-meta/state": _state(lock),
    }
    return Layer(
        name="overlay",
        kind=LayerKind.OVERLAY,
        entries=tuple(
            Entry(path=path, source=text.encode())
            for path, text in entries.items()
            if text
        ),
    )


def _history(requested: Iterable[str], packages: Iterable[LockedPackage]) -> str:
    """Write what was asked for, where conda looks for it; nothing without conda."""
    added = [listed(package) for package in packages]
    if not added:
        return ""
    specs = [text for text in requested if text.startswith("conda:")]
    return write_entry(
        at=EPOCH, added=added, specs=[text.removeprefix("conda:") for text in specs]
    )


def _state(lock: Lock) -> str:
    """Write the environment's variables, where conda looks for them."""
    variables = dict(text.split("=", 1) for text in lock.variables)
    return json.dumps({"version": 1, "env_vars": variables}) if variables else ""
