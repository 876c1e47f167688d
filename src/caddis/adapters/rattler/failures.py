"""Turning what rattler says when it fails into the errors that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from caddis.errors import EngineError, FetchError, SystemFailure
from caddis.model.urls import public

_NOT_WRITTEN = re.compile(r"\(os error (28|30|122)\)")
"""No room, no leave to write at all, no room for this user."""


def is_shared(text: str) -> bool:
    """Say whether *text* is of a request that others made, too.

    Only the first of them is told the reason.
    """
    return "coalesced" in text


def no_answer(text: str, channels: Iterable[str]) -> FetchError | SystemFailure:
    """Say which channel is not there; *text* is what rattler says."""
    told = _in_a_line(public(text))
    if _NOT_WRITTEN.search(text):
        return SystemFailure(
            f"rattler cannot keep what it reads of channels: {told}",
            hint="Set CADDIS_CACHE_DIR to a folder that you may write to, with room.",
        )
    names = ", ".join(public(channel) for channel in channels)
    if is_shared(text):
        told = names
    elif "://" not in told:
        told = f"{names}: {told}"
    if "failed to parse" in told:
        return FetchError(
            f"What a channel has cannot be read: {told}",
            hint="Index the channel again, or ask who runs it.",
        )
    return FetchError(
        f"A channel did not answer: {told}",
        hint="Check its URL, the network and the credentials.",
    )


def explain_install(text: str) -> FetchError | EngineError:
    """Turn what rattler says of a failed installation into the error that fits."""
    told = _in_a_line(text)
    if "hash mismatch" in text:
        return FetchError(
            f"A file is not the one that the lock names: {told}",
            hint="Ask who runs the channel; if the change is meant, lock again.",
        )
    if "failed to fetch" in told and "No space left" not in text:
        return FetchError(
            f"A conda package could not be fetched: {told}",
            hint="Check the network, the channel's URL and its credentials.",
        )
    return EngineError(f"rattler could not install: {told}", hint=_advice(told))


def _advice(told: str) -> str:
    if "longer than the placeholder" in told:
        return "Choose an environment with a shorter path: -p FOLDER"
    if "os error" in told:
        return "Is there room on the disk, and may you write there?"
    return ""


def _in_a_line(text: str) -> str:
    """Keep what failed and the first cause of it."""
    lines = [line.removeprefix("Caused by: ").strip() for line in text.splitlines()]
    return f"{lines[0]}: {lines[-1]}" if lines[1:] else text
