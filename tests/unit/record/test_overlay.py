"""What no package owns, and what of it does not go along."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.stages.record.overlay import read_overlay


def overlay_of(prefix: Path, *owned: str) -> set[str]:
    layer = read_overlay(prefix, embedded=str(prefix), owned=set(owned), note=print)
    return {entry.path for entry in layer.entries}


def test_what_packages_own_caches_and_bytecode_are_no_part_of_it(
    tmp_path: Path,
) -> None:
    for path in ("lib/owned.py", "lib/mine.py", "lib/x.pyc", "pkgs/a", "lib/pkgs/b"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "share/empty").mkdir(parents=True)
    assert overlay_of(tmp_path, "lib/owned.py") == {
        "lib/mine.py",
        "lib/pkgs/b",
        "share/empty",
    }


def test_passwords_stay_at_home_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine x login me password s3cret")
    told: list[str] = []
    layer = read_overlay(
        tmp_path, embedded=str(tmp_path), owned=set(), note=told.append
    )
    assert not layer.entries
    assert told == [".netrc was left out: it is made to hold passwords"]


def test_what_pixi_notes_of_its_project_stays_on_this_machine(tmp_path: Path) -> None:
    # It names folders of this machine, so that two people's archives would differ.
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    for name in ("pixi", "pixi_env_prefix", ".pixi-environment-fingerprint", "pinned"):
        (meta / name).write_text(f'{{"manifest_path": "{tmp_path}/pixi.toml"}}')
    (tmp_path / "pixi").write_text("mine")
    assert overlay_of(tmp_path) == {"conda-meta/pinned", "pixi"}


@pytest.mark.parametrize(
    "path",
    ["conda-meta/state", "pip.conf", ".condarc", "lib/x-1.0.dist-info/direct_url.json"],
)
def test_urls_lose_their_credentials(path: str, tmp_path: Path) -> None:
    # A dist-info that conda brought may get a direct_url.json of somebody else.
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"url": "https://user:s3cret@host/t/tk-s3cret/x.whl"}')
    layer = read_overlay(tmp_path, embedded=str(tmp_path), owned=set(), note=print)
    (entry,) = layer.entries
    assert isinstance(entry.source, bytes)
    assert b"host" in entry.source
    assert b"s3cret" not in entry.source
