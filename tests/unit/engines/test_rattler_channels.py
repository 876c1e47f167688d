from __future__ import annotations

import pytest

from caddis.adapters.rattler.channels import read_channels
from caddis.errors import ProjectError


def test_channels_are_names_urls_and_folders() -> None:
    found = read_channels(["conda-forge", "https://host.example/x", "/srv/channel"])
    assert [channel.base_url.split(":")[0] for channel in found] == [
        *("https", "https", "file")
    ]


def test_what_is_no_channel_is_told_without_its_password() -> None:
    with pytest.raises(ProjectError, match="is not a channel") as caught:
        read_channels(["https://me:s3cret@a b/channel"])
    assert "s3cret" not in str(caught.value)
