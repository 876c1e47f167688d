"""Conda and PyPI in one lock, with the real engines and an index of tiny wheels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from caddis.adapters.rattler import Rattler
from caddis.adapters.uv import Uv, UvProcess
from caddis.errors import ResolveError
from caddis.model.lock import Lock, LockedPackage
from caddis.model.lock_file import dump_lock
from caddis.model.requirements import Ecosystem, Requirement
from caddis.stages.lock import LockSettings, lock
from tests.support.channel import Package, index_channel, write_package
from tests.support.channel.tiny import PYTHON_VERSION, stand_in_python
from tests.support.index import Dist, write_index
from tests.support.server import serve

pytestmark = pytest.mark.integration

_DISTS = (
    Dist(name="arrays", version="1.0"),
    Dist(name="arrays", version="2.0"),
    Dist(name="arrays", version="3.0"),
    Dist(name="frames", version="1.0", requires=("arrays>=2,<3",)),
    Dist(name="plots", version="1.0", requires=("arrays", "colours>=1")),
    Dist(name="colours", version="1.5"),
    Dist(name="grid", version="1.0", requires=("arrays",)),
    Dist(name="grid", version="2.0", requires=("arrays>=3",)),
)


def _conda_dist(name: str, version: str, *depends: str) -> Package:
    return Package(
        name=name, version=version, noarch="python", depends=("python", *depends)
    )


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("channel")
    packages = (
        stand_in_python(),
        _conda_dist("arrays", "1.0"),
        _conda_dist("arrays", "2.0"),
        _conda_dist("arrays", "2.5"),
        _conda_dist("arrays", "3.0"),
        _conda_dist("solver", "1.0", "arrays <2"),
        _conda_dist("solver", "2.0", "arrays <3"),
        Package(name="libnative", version="1.0"),
    )
    for package in packages:
        write_package(package, folder)
    return index_channel(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    write_index(_DISTS, folder)
    with serve(folder) as url:
        yield f"{url}/simple"


@pytest.fixture
def uv(index: str, tmp_path: Path) -> Uv:
    return Uv(
        UvProcess(
            indexes=(index,),
            replaces_pypi=True,
            cache=tmp_path / "uv",
            stubs=tmp_path / "stubs",
        )
    )


def _conda(spec: str, origin: str = "") -> Requirement:
    name = spec.split()[0]
    return Requirement(spec=spec, name=name, ecosystem=Ecosystem.CONDA, origin=origin)


def _pypi(spec: str, origin: str = "") -> Requirement:
    name = spec.rstrip("<>=.0123456789")
    return Requirement(spec=spec, name=name, ecosystem=Ecosystem.PYPI, origin=origin)


@pytest.fixture
def make_lock(channel: str, uv: Uv, tmp_path: Path) -> MakeLock:
    return MakeLock(channel, uv, Rattler(cache=tmp_path / "rattler"))


class MakeLock:
    """Locks with both engines and remembers nothing."""

    def __init__(self, channel: str, uv: Uv, conda: Rattler) -> None:
        self._channel = channel
        self._uv = uv
        self._conda = conda

    def __call__(
        self,
        *requirements: Requirement,
        previous: Lock | None = None,
        **settings: object,
    ) -> Lock:
        return lock(
            requirements,
            conda=self._conda,
            pypi=self._uv,
            settings=LockSettings(
                platforms=("linux-64",),
                python=".".join(PYTHON_VERSION.split(".")[:2]),
                channels=(self._channel,),
                **settings,  # type: ignore[arg-type]
            ),
            previous=previous,
        )


def _versions(made: Lock) -> dict[str, str]:
    packages: Sequence[LockedPackage] = made.platforms[0].packages
    return {f"{p.ecosystem.value}:{p.name}": p.version for p in packages}


def test_what_conda_brings_is_not_locked_from_pypi(make_lock: MakeLock) -> None:
    made = make_lock(_conda("arrays"), _pypi("plots"))
    assert _versions(made) == {
        "conda:arrays": "3.0",
        "conda:python": PYTHON_VERSION,
        "pypi:plots": "1.0",
        "pypi:colours": "1.5",
    }


def test_a_version_that_only_conda_has_reaches_uv(make_lock: MakeLock) -> None:
    # No index has arrays 2.5, so a plain constraint on it could not be fulfilled.
    made = make_lock(_conda("arrays 2.5"), _pypi("frames"))
    assert _versions(made)["conda:arrays"] == "2.5"
    assert "pypi:arrays" not in _versions(made)


def test_the_need_of_a_pypi_package_goes_back_to_conda(make_lock: MakeLock) -> None:
    # Alone, conda would take arrays 3.0, which frames cannot live with.
    made = make_lock(_conda("arrays"), _pypi("frames"))
    assert _versions(made)["conda:arrays"] == "2.0"
    assert _versions(made)["pypi:frames"] == "1.0"


def test_a_pypi_package_steps_back_before_conda_has_to(make_lock: MakeLock) -> None:
    made = make_lock(_conda("arrays 2.*"), _pypi("grid"))
    assert _versions(made)["pypi:grid"] == "1.0"


def test_a_conflict_between_the_two_names_both_sides(make_lock: MakeLock) -> None:
    with pytest.raises(ResolveError) as caught:
        make_lock(
            _conda("solver 1.0", origin="environment.yml:5"),
            _pypi("frames", origin="environment.yml:7"),
        )
    text = str(caught.value)
    assert "solver 1.0    environment.yml:5" in text
    assert "arrays ==2.0  needed by frames (environment.yml:7) from PyPI" in text
    assert "solver 1.0 requires arrays <2" in text
    # Loosening this one helps, and the hint says so.
    assert "solver 2.0 in place of solver 1.0 (environment.yml:5)" in caught.value.hint


def test_each_package_says_who_needs_it(make_lock: MakeLock) -> None:
    made = make_lock(_conda("solver"), _pypi("plots"))
    why = {p.name: p.why for p in made.platforms[0].packages}
    assert why["arrays"] == ("plots", "solver")
    assert why["colours"] == ("plots",)
    assert why["solver"] == ("asked",)


def test_what_is_locked_stays_until_it_is_upgraded(make_lock: MakeLock) -> None:
    old = make_lock(_conda("arrays <3"), _pypi("grid==1.0"))
    kept = make_lock(_conda("arrays"), _pypi("grid"), previous=old)
    assert _versions(kept)["conda:arrays"] == "2.5"
    assert _versions(kept)["pypi:grid"] == "1.0"
    moved = make_lock(
        _conda("arrays"),
        _pypi("grid"),
        previous=old,
        upgrade_packages=frozenset({"arrays"}),
    )
    assert _versions(moved)["conda:arrays"] == "3.0"
    assert _versions(moved)["pypi:grid"] == "1.0"
    newest = make_lock(_conda("arrays"), _pypi("grid"), previous=old, upgrade=True)
    assert _versions(newest)["pypi:grid"] == "2.0"


def test_the_same_input_gives_the_same_bytes(make_lock: MakeLock) -> None:
    asked = (_conda("solver"), _pypi("plots"))
    assert dump_lock(make_lock(*asked)) == dump_lock(make_lock(*reversed(asked)))
