"""A private index whose password the keyring library keeps in a file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from uv import find_uv_bin

from caddis.adapters.contents import WheelContents
from tests.unit.names.server import Index, html_page, serve, wheel_of

pytestmark = [pytest.mark.integration, pytest.mark.network]

KEYRING = [sys.executable, "-m", "keyring"]
FILES = {
    "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
    "/acme-1-py3-none-any.whl": wheel_of("acme"),
}


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library beside caddis, with a file in a home of its own; no program."""
    library = tmp_path / "library"
    install = [find_uv_bin(), "pip", "install", "-q", "--python", sys.executable]
    subprocess.run(
        [*install, "--target", library, "keyring", "keyrings.alt"], check=True
    )
    monkeypatch.syspath_prepend(library)
    monkeypatch.setenv("PYTHONPATH", str(library), prepend=os.pathsep)
    monkeypatch.setenv("PATH", str(tmp_path))
    for home in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(home, str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.file.PlaintextKeyring")


@pytest.mark.usefixtures("keyring")
def test_the_library_opens_a_private_index() -> None:
    with serve(Index(FILES, password="secret")) as index:
        host = index.url.partition("://")[2]
        place = f"http://me@{host}/simple"
        assert WheelContents(indexes=[place]).look(["acme"]) == {}
        keep = [*KEYRING, "set", host, "me"]
        subprocess.run(keep, input="secret\n", text=True, check=True)
        (found,) = WheelContents(indexes=[place]).look(["acme"]).values()
        assert found.modules == {"acme"}
