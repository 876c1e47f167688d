"""Windows commands start with a program that distlib has."""

from __future__ import annotations

import pytest

from caddis.adapters.launchers import DistlibLaunchers
from caddis.errors import EngineError


@pytest.mark.parametrize("platform", ["win-64", "win-arm64"])
def test_a_launcher_knows_paths_relative_to_itself(platform: str) -> None:
    found = {DistlibLaunchers().launcher(platform, gui=gui) for gui in (True, False)}
    assert len(found) == 2
    for program in found:
        assert program.startswith(b"MZ")
        assert "<launcher_dir>\\".encode("utf-16-le") in program


def test_other_platforms_have_none() -> None:
    with pytest.raises(EngineError, match="linux-64"):
        DistlibLaunchers().launcher("linux-64", gui=False)
