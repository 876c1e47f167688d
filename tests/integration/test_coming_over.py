"""The page for people who come from other tools has each of their options."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.peers import CONDA_PACK, VENV_PACK, peer

pytestmark = [pytest.mark.integration, pytest.mark.network]

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-conda-pack.md"
OPTION = re.compile(r"(?:^|[\s,])(--?[a-z][a-z0-9-]*)")


@pytest.mark.parametrize(
    ("tool", "heading"), [(CONDA_PACK, "conda-pack"), (VENV_PACK, "venv-pack")]
)
def test_every_option_is_on_the_page(tool: str, heading: str) -> None:
    program = peer(tool, "setuptools<81")
    wide = {"COLUMNS": "500", "PATH": "/usr/bin:/bin"}
    said = subprocess.check_output([program, "--help"], text=True, env=wide)
    options = set(OPTION.findall(said)) - {"-h", "--help"}
    assert len(options) > 10
    sections = PAGE.read_text("utf-8").split("\n## ")
    section = next(s for s in sections if s.partition("\n")[0].endswith(heading))
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", section))
    assert options <= told
