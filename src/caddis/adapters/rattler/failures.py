"""Turning what rattler says when it fails into the errors that fit."""

from __future__ import annotations

from caddis.errors import EngineError, FetchError


def explain_install(text: str) -> FetchError | EngineError:
    """Turn what rattler says of a failed installation into the error that fits."""
    lines = [line.removeprefix("Caused by: ").strip() for line in text.splitlines()]
    told = f"{lines[0]}: {lines[-1]}" if lines[1:] else text
    if "hash mismatch" in text:
        return FetchError(
            f"A file is not the one that the lock names: {told}",
            hint="Ask who runs the channel; if the change is meant, lock again.",
        )
    if "failed to fetch" in lines[0] and "No space left" not in text:
        return FetchError(
            f"A conda package could not be fetched: {told}",
            hint="Check the network, the channel's URL and its credentials.",
        )
    hint = "Is there room on the disk, and may you write there?"
    return EngineError(
        f"rattler could not install: {told}", hint=hint if "os error" in told else ""
    )
