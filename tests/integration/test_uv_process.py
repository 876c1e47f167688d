"""What is done while uv works."""

from __future__ import annotations

import pytest

from caddis.adapters.uv import UvProcess
from caddis.errors import CaddisError

pytestmark = pytest.mark.integration

_READ_ALL = ("pip", "compile", "-", "--offline", "--no-index")


def _stop() -> None:
    raise KeyboardInterrupt


def test_something_else_is_done_while_uv_works() -> None:
    done: list[str] = []
    process = UvProcess()
    # It waits for its standard input, which is written afterwards.
    answer = process.run(_READ_ALL, typed="", meanwhile=lambda: done.append("it"))
    assert done == ["it"]
    assert "==" not in answer


def test_what_fails_meanwhile_ends_uv() -> None:
    with pytest.raises(KeyboardInterrupt):
        UvProcess().run(_READ_ALL, typed="rich\n", meanwhile=_stop)


def test_what_uv_says_is_told_after_it() -> None:
    with pytest.raises(CaddisError, match="no-such-thing"):
        UvProcess().run(_READ_ALL, typed="no-such-thing\n", meanwhile=lambda: None)
