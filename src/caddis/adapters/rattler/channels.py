"""Channels as people name them."""

from __future__ import annotations

from collections.abc import Iterable

from rattler import Channel
from rattler.exceptions import InvalidChannelError

from caddis.errors import ProjectError
from caddis.model.channels import in_full
from caddis.model.urls import public


def read_channels(names: Iterable[str]) -> list[Channel]:
    """Read the *names*, URLs or folders of channels.

    Raises:
        ProjectError: one of them is none.
    """
    return [read_channel(name) for name in in_full(names)]


def read_channel(name: str) -> Channel:
    """Read one, as `read_channels` does."""
    try:
        return Channel(name)
    except InvalidChannelError as error:
        told = " ".join(public(str(error)).split())
        raise ProjectError(
            f"{public(name)!r} is not a channel: {told}",
            hint="Name it like conda-forge, https://host.example/conda or a folder.",
        ) from None
