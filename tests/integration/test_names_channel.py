from pathlib import Path

import pytest

from caddis.adapters.contents import ChannelContents
from caddis.host import this_host
from tests.support.channel import tiny_channel
from tests.support.server import serve

pytestmark = pytest.mark.integration


def test_a_channel_tells_what_its_packages_install(tmp_path: Path) -> None:
    tiny_channel(tmp_path / "channel")
    with serve(tmp_path / "channel") as url:
        channel = ChannelContents(
            channels=[url], platform=this_host().platform, cache=tmp_path / "cache"
        )
        found = channel.look(["greet", "data-only", "nobody"])
    assert found["greet"].version == "2.0"
    assert found["greet"].provides("greet")
    assert found["greet"].kind == "channel"
    assert not found["data-only"].modules
    assert "nobody" not in found
    # The second time nothing is asked: the server is gone.
    assert channel.look(["greet", "data-only", "nobody"]) == found


def test_what_a_channel_could_not_answer_is_asked_again(tmp_path: Path) -> None:
    channel = ChannelContents(
        channels=[(tmp_path / "channel").as_uri()],
        platform=this_host().platform,
        cache=tmp_path / "cache",
    )
    assert channel.look(["greet"]) == {}
    tiny_channel(tmp_path / "channel")
    assert channel.look(["greet"])["greet"].provides("greet")
