"""Turning what rattler says when it fails into the errors that fit."""

from __future__ import annotations

from collections.abc import Iterable

from caddis.errors import EngineError, FetchError
from caddis.model.urls import public


def no_answer(text: str, channels: Iterable[str]) -> FetchError:
    """Say which channel is not there; *text* is what rattler says."""
    told = _in_a_line(public(text))
    if "coalesced" in text:
        # Of a request that several wait for, rattler tells neither place nor reason.
        told = ", ".join(public(channel) for channel in channels)
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
    hint = "Is there room on the disk, and may you write there?"
    return EngineError(
        f"rattler could not install: {told}", hint=hint if "os error" in told else ""
    )


def _in_a_line(text: str) -> str:
    """Keep what failed and the first cause of it."""
    lines = [line.removeprefix("Caused by: ").strip() for line in text.splitlines()]
    return f"{lines[0]}: {lines[-1]}" if lines[1:] else text
