from __future__ import annotations

import pytest

from caddis.model.urls import local_path, logged_in, public


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("https://me:word@x.example/simple", "https://x.example/simple"),
        ("https://token@x.example/simple", "https://x.example/simple"),
        ("https://x.example/t/tk-12-ab/chan", "https://x.example/chan"),
        ("git+ssh://git@x.example/a.git", "git+ssh://git@x.example/a.git"),
        ("lib @ https://u:p@x.example/l.whl", "lib @ https://x.example/l.whl"),
        ("numpy >=2", "numpy >=2"),
    ],
)
def test_credentials_are_taken_out_of_urls(secret: str, shown: str) -> None:
    assert public(secret) == shown


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:///srv/a%20channel/noarch", "/srv/a channel/noarch"),
        ("file:///C:/channel", "C:/channel"),
    ],
)
def test_a_file_url_means_a_path(url: str, path: str) -> None:
    assert local_path(url).as_posix() == path


@pytest.mark.parametrize(
    "text",
    [
        "a @ git+https://${TOKEN}@x.example/a",
        "a @ git+https://oauth2:${TOKEN}@x.example/a",
        "a @ https://${USER}:${WORD}@x.example/a.whl",
    ],
)
def test_names_of_variables_are_no_secrets(text: str) -> None:
    assert public(text, keep_names=True) == text
    assert public(text).rpartition("//")[2].startswith("x.example/")


def test_logins_go_to_their_own_host_alone() -> None:
    known = ("git+https://me:word@x.example/lib", "https://y.example/simple")
    text = "a @ git+https://x.example/a@0\nb @ https://x.example.org/b\nc @ https://y.example"
    assert logged_in(text, known) == text.replace(
        "https://x.example/", "https://me:word@x.example/"
    )
