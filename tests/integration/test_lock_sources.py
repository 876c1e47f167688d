"""Where packages come from: private places, days in the past, several platforms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.adapters.file_lock import hold
from caddis.adapters.rattler import Rattler
from caddis.adapters.uv import Uv, UvProcess
from caddis.errors import FetchError
from caddis.host import this_host
from caddis.model.lock_file import dump_lock
from caddis.ports.conda import CondaQuery
from caddis.stages.lock import LockSettings, lock
from caddis.stages.sync import Engines, sync
from tests.support.index import Dist, write_index
from tests.support.joint import PYTHON, conda, private_places, pypi
from tests.support.server import USER, WORD, serve

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_places(tmp_path_factory.mktemp("private")) as found:
        yield found


def _uv(host: str, cache: Path) -> Uv:
    process = UvProcess(
        indexes=(f"http://{host}/simple",),
        replaces_pypi=True,
        cache=cache,
        stubs=cache / "stubs",
    )
    return Uv(process)


def test_credentials_open_the_way_and_stay_out_of_the_lock(
    private: str, tmp_path: Path
) -> None:
    known = f"{USER}:{WORD}@{private}"
    channel = f"http://{known}/channel"
    rattler = Rattler(cache=tmp_path / "rattler", channels=lambda: (channel,))
    uv = _uv(known, tmp_path / "uv")
    made = lock(
        [conda("note"), pypi("inner")],
        conda=rattler,
        pypi=uv,
        settings=LockSettings(
            platforms=(this_host().platform,),
            python=PYTHON,
            channels=(channel,),
            indexes=(f"http://{known}/simple",),
        ),
    )
    assert WORD not in dump_lock(made)
    engines = Engines(pypi=lambda: uv, conda=lambda: rattler, hold=hold)
    sync(made, tmp_path / "env", host=this_host(), engines=engines)
    assert (tmp_path / "env" / "share" / "note").read_text() == "secret\n"
    assert list((tmp_path / "env").rglob("inner-1.0.dist-info"))
    told = "".join(
        path.read_text(errors="replace")
        for path in (tmp_path / "env").rglob("*")
        if path.is_file()
    )
    assert WORD not in told


def test_a_private_place_says_that_it_wants_credentials(
    private: str, tmp_path: Path
) -> None:
    settings = LockSettings(platforms=("linux-64",), python=PYTHON)
    with pytest.raises(FetchError) as caught:
        lock([pypi("inner")], pypi=_uv(private, tmp_path), settings=settings)
    assert "credentials" in caught.value.hint


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A channel with a package of 2023, of 2024 and of 2025."""
    folder = tmp_path_factory.mktemp("dated")
    builds = {"1.0": 1_680_000_000_000, "2.0": 1_710_000_000_000}
    records = {
        f"old-{version}-0.conda": {
            "name": "old",
            "version": version,
            "build": "0",
            "build_number": 0,
            "depends": [],
            "subdir": "noarch",
            "sha256": "0" * 64,
            "timestamp": time,
        }
        for version, time in {**builds, "3.0": 1_740_000_000_000}.items()
    }
    for subdir, found in (("noarch", records), ("linux-64", {})):
        (folder / subdir).mkdir()
        data = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": found}
        (folder / subdir / "repodata.json").write_text(json.dumps(data))
    return folder.as_uri()


@pytest.mark.parametrize(
    ("until", "version"),
    [
        ("", "3.0"),
        ("2024-06-01T00:00:00+00:00", "2.0"),
        ("2024-03-09T16:00:00+00:00", "2.0"),
    ],
)
def test_a_channel_can_be_taken_as_it_was(
    dated: str, tmp_path: Path, until: str, version: str
) -> None:
    query = CondaQuery(
        specs=("old",), channels=(dated,), platform="linux-64", exclude_newer=until
    )
    (found,) = Rattler(cache=tmp_path).solve(query)
    assert found.version == version


def test_each_platform_gets_its_own_wheel(tmp_path: Path) -> None:
    tags = ("manylinux_2_28_x86_64", "macosx_11_0_arm64", "win_amd64")
    digits = PYTHON.replace(".", "")
    dists = [
        Dist(name="fast", tag=f"cp{digits}-cp{digits}-{platform}") for platform in tags
    ]
    write_index(dists, tmp_path / "index")
    with serve(tmp_path / "index") as url:
        made = lock(
            [pypi("fast")],
            pypi=_uv(url.removeprefix("http://"), tmp_path / "uv"),
            settings=LockSettings(
                platforms=("win-64", "linux-64", "osx-arm64"), python=PYTHON
            ),
        )
    files = {part.platform: part.packages[0].files for part in made.platforms}
    assert {name: len(found) for name, found in files.items()} == {
        "linux-64": 1,
        "osx-arm64": 1,
        "win-64": 1,
    }
    assert files["win-64"][0].url.endswith("win_amd64.whl")
