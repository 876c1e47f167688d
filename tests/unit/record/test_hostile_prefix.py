"""Environments whose records were made to do harm to who packs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.ports.record_memory import NoMemory
from caddis.stages.record.dist_files import Site
from caddis.stages.record.dists import read_dists
from caddis.stages.record.editables import RefuseEditables
from caddis.stages.record.packages import read_packages
from tests.unit.environments.prefixes import SITE, Prefix


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(path=tmp_path / "env")


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "lib/../../secret"])
def test_a_record_does_not_make_us_pack_what_lies_outside(
    path: str, prefix: Prefix
) -> None:
    prefix.conda("evil", more={"paths_data": {"paths": [{"_path": path}]}})
    with pytest.raises(PrefixError, match="leads out of the prefix"):
        read_packages(prefix.path, embedded=str(prefix.path), memory=NoMemory())


def test_a_pipe_in_place_of_a_file_is_no_file_of_the_package(prefix: Prefix) -> None:
    prefix.conda("tool", files={"lib/tool.txt": ""})
    prefix.dist("other", files={f"{SITE}/empty.py": ""})
    for path in ("lib/tool.txt", f"{SITE}/empty.py"):
        (prefix.path / path).unlink()
        os.mkfifo(prefix.path / path)
    (tool,) = read_packages(prefix.path, embedded=str(prefix.path), memory=NoMemory())
    site = Site(
        prefix=prefix.path, packages=SITE, python="3.11", embedded=str(prefix.path)
    )
    (other,) = read_dists(site, editables=RefuseEditables())
    assert tool.edited == ("lib/tool.txt",)
    assert other.edited == (f"{SITE}/empty.py",)
