"""What pixi and pipenv are told is locked and installed, with the real engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import Caddis
from tests.support.joint import World

pytestmark = pytest.mark.integration


def test_a_workspace_of_pixi_becomes_an_environment(
    caddis: Caddis, project: Path, world: World
) -> None:
    (project / "pixi.toml").write_text(
        f'[workspace]\nchannels = ["{world.channel}"]\nplatforms = ["linux-64"]\n'
        '[dependencies]\npython = "*"\narrays = "2.5.*"\n'
        '[pypi-dependencies]\ncolours = "*"\n'
        '[feature.test.pypi-dependencies]\nplots = "*"\n'
        '[activation.env]\nBIRDS = "4"\n'
    )
    caddis("sync", "-p", "env")
    env = project / "env"
    assert list(env.glob("conda-meta/arrays-2.5-*.json"))
    assert list(env.glob("lib/python*/site-packages/colours-*.dist-info"))
    assert not list(env.glob("lib/python*/site-packages/plots-*.dist-info"))
    assert '"BIRDS": "4"' in (env / "conda-meta/state").read_text()
    caddis("sync", "-p", "env", "--group", "test")
    assert list(env.glob("lib/python*/site-packages/plots-*.dist-info"))


def test_a_pipfile_is_locked_and_run(caddis: Caddis, project: Path) -> None:
    (project / "Pipfile").write_text(
        '[packages]\ncolours = "<2"\n[dev-packages]\nplots = "*"\n'
    )
    caddis("run", "--", "python", "-c", "import colours")
    lock = (project / "caddis.lock").read_text()
    assert "pypi:colours<2" in lock
    assert '"groups": ["dev"]' in lock
    caddis("lock", "--check", "Pipfile")
