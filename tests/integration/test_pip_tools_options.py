"""`caddis compile` stands in the place of pip-compile, whatever options it is given."""

from __future__ import annotations

import re
import subprocess
from argparse import ArgumentParser

import pytest

from caddis.cli.commands.compile import configure
from tests.support.peers import peer

pytestmark = [pytest.mark.integration, pytest.mark.network]

_OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
_OF_THE_PROGRAM = {"--version", "--config", "--no-config"}
"""The first is of `caddis` itself, the others are read before the rest."""


def test_every_option_of_pip_compile_is_known() -> None:
    program = peer("pip-tools==7.6.2", command="pip-compile")
    done = subprocess.run(
        [program, "--help"], capture_output=True, text=True, check=True
    )
    lines = (line for line in done.stdout.splitlines() if line.startswith("  -"))
    heads = [re.split(r"\s{2,}", line.strip())[0] for line in lines]
    theirs = {option for head in heads for option in _OPTION.findall(head)}
    parser = ArgumentParser()
    configure(parser)
    ours = set(parser._option_string_actions)
    assert len(theirs) > 50
    assert theirs - ours - _OF_THE_PROGRAM == set()
