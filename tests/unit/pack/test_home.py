"""What travels with an environment is what its platform can run."""

from __future__ import annotations

import pytest

from caddis.stages.pack.home import home_layer


def paths(platform: str) -> set[str]:
    return {entry.path for entry in home_layer(platform).entries}


@pytest.mark.parametrize("platform", ["linux-64", "linux-aarch64", "osx-arm64"])
def test_unix_gets_scripts_for_its_shells(platform: str) -> None:
    assert {f"bin/activate{e}" for e in ("", ".fish", ".csh")} <= paths(platform)
    assert {"bin/caddis-unpack", "bin/conda-unpack"} <= paths(platform)


def test_windows_gets_no_shell_scripts() -> None:
    assert not [path for path in paths("win-64") if path.startswith("bin/")]
    assert {"Scripts/Activate.ps1", "Scripts/caddis-unpack.bat"} <= paths("win-64")
    assert {"Scripts/activate.bat", "Scripts/deactivate.bat"} <= paths("win-64")


def test_batch_files_have_the_line_ends_of_windows() -> None:
    for entry in home_layer("win-64").entries:
        if entry.path.endswith(".bat"):
            assert isinstance(entry.source, bytes)
            assert entry.source.count(b"\n") == entry.source.count(b"\r\n") > 0


@pytest.mark.parametrize("platform", ["linux-64", "win-64"])
def test_files_are_in_order_as_in_every_layer(platform: str) -> None:
    # The manifest lists hashes in the order of the frame, which --pyc sorts.
    found = [entry.path for entry in home_layer(platform).entries]
    assert found == sorted(found)
