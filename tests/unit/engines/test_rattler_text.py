from __future__ import annotations

import pytest

from caddis.adapters.rattler.failures import explain_install, no_answer
from caddis.errors import CaddisError, EngineError, FetchError, SystemFailure

_PLACES = "Caused by: failed to copy file\nCaused by: failed to copy a to b: "


@pytest.mark.parametrize(
    ("said", "kind", "hint"),
    [
        (
            "failed to fetch numpy-2.4.6-0.conda\nCaused by: Connection refused"
            " (os error 111)",
            FetchError,
            "network",
        ),
        (
            "failed to fetch numpy-2.4.6-0.conda\nCaused by: hash mismatch …",
            FetchError,
            "lock again",
        ),
        (
            f"failed to link numpy-2.4.6-0.conda\n{_PLACES}No space left on device"
            " (os error 28)",
            EngineError,
            "room",
        ),
    ],
)
def test_a_failing_installation_is_told_in_a_line_with_what_to_look_at(
    said: str, kind: type[CaddisError], hint: str
) -> None:
    error = explain_install(said)
    assert type(error) is kind
    assert len(str(error).splitlines()) == 1
    assert "numpy-2.4.6-0.conda" in str(error)
    assert hint in error.hint


def test_a_full_disk_is_no_silent_channel() -> None:
    error = no_answer(
        "failed to write not-found cache to /c/a.shards: No space left on device"
        " (os error 28)",
        ["http://a.example/c"],
    )
    assert error.exit_code == SystemFailure.exit_code
    assert "/c/a.shards" in str(error)
    assert "CADDIS_CACHE_DIR" in error.hint


def test_what_a_damaged_channel_has_is_not_blamed_on_the_network() -> None:
    error = no_answer(
        "failed to parse repodata.json\nCaused by: EOF while parsing a string",
        ["file:///c"],
    )
    assert str(error).startswith("What a channel has cannot be read: file:///c: ")
    assert "Index the channel again" in error.hint


def test_a_channel_that_is_not_there_is_named_whatever_rattler_says() -> None:
    whole = (
        "error sending request for url (http://a.example/c/repodata.json)\n"
        "Caused by: client error (Connect)\nCaused by: Connection refused"
    )
    assert str(no_answer(whole, ["http://a.example/c"])).endswith(
        "url (http://a.example/c/repodata.json): Connection refused"
    )
    refused = no_answer("Request failed: Connection refused", ["http://a.example/c"])
    assert str(refused).endswith(
        "http://a.example/c: Request failed: Connection refused"
    )
    shared = "a coalesced request failed\nCaused by: other error"
    error = no_answer(shared, ["http://me:word@a.example/c"])
    assert str(error) == "A channel did not answer: http://a.example/c"


def test_a_path_that_is_too_long_for_a_package_is_to_be_shorter() -> None:
    error = explain_install(
        "failed to link a-1.0-0.conda\nCaused by: target prefix cannot be longer than"
        " the placeholder prefix (encoding 'utf-8')"
    )
    assert "shorter path" in error.hint
