from __future__ import annotations

import pytest

from caddis.model.urls import local_path, public


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
