"""Whoever unpacks, with whatever umask: nobody else may change the files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.adapters.codecs import Zstd
from caddis.bootstrap.relocate import relocate
from caddis.cli.archives.reading import open_any_archive
from caddis.model.layers import Entry
from caddis.stages.unpack import unpack
from tests.support.archives import pack_small, small_stack

STATE = {"env_vars": {"MODE": "fast"}}
STACK = small_stack(
    one={
        "conda-meta/state": Entry(
            path="conda-meta/state", source=json.dumps(STATE).encode()
        )
    }
)


class Stamp:
    """Fulfils `caddis.ports.formats.Signer` with a signature that proves nothing."""

    def sign(self, text: bytes, *, key: Path) -> bytes:
        return bytes(key) + text[:8]

    def check(
        self, text: bytes, signature: bytes, *, allowed: Path, identity: str = ""
    ) -> str:
        return identity


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("no_umask")
def test_only_the_owner_may_write(tmp_path: Path) -> None:
    archive, prefix = tmp_path / "env.tar.zst", tmp_path / "env"
    pack_small(archive, Zstd(), stack=STACK, signer=Stamp(), key=Path("key"))
    unpack(open_any_archive(archive), prefix)
    prefix.rename(tmp_path / "moved")
    relocate(str(tmp_path / "moved"))
    written = [
        path for path in (tmp_path / "moved").rglob("*") if not path.is_symlink()
    ]
    assert (tmp_path / "moved/.caddis/variables/MODE").read_text() == "fast"
    assert [path for path in written if path.stat().st_mode & 0o022] == []
