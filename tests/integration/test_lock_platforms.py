"""One lock for several platforms, conda and PyPI together; and locks of past days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.lock import Lock
from caddis.model.lock_file import read_lock
from tests.support.channel import Package, index_channel, write_package
from tests.support.index import Dist, write_index
from tests.support.joint import PYTHON, conda_dist
from tests.support.server import serve

pytestmark = pytest.mark.integration

_PLATFORMS = ("linux-64", "osx-arm64", "win-64")
_DIGITS = PYTHON.replace(".", "")


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A channel that has arrays everywhere, and what only one system needs."""
    folder = tmp_path_factory.mktemp("channel")
    for platform in _PLATFORMS:
        library = "libwin" if platform == "win-64" else "libunix"
        needs = ("python", library)
        packages = (
            Package(name="python", version=f"{PYTHON}.4", platform=platform),
            Package(name=library, platform=platform),
            Package(name="arrays", version="2.0", platform=platform, depends=needs),
        )
        for package in packages:
            write_package(package, folder)
    newer = Package(
        name="arrays",
        version="3.0",
        platform="osx-arm64",
        depends=("python", "__osx >=13"),
    )
    for package in (newer, conda_dist("pywin", "1.0")):
        write_package(package, folder)
    return index_channel(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An index with a wheel for each platform, and a dependency of one alone."""
    folder = tmp_path_factory.mktemp("index")
    tags = ("manylinux_2_17_x86_64", "macosx_11_0_arm64", "win_amd64")
    wheels = (
        Dist(
            name="fast",
            tag=f"cp{_DIGITS}-cp{_DIGITS}-{tag}",
            requires=("arrays", "colorama ; sys_platform == 'win32'"),
        )
        for tag in tags
    )
    dists = (*wheels, Dist(name="colorama"), Dist(name="arrays", version="9.0"))
    write_index(dists, folder)
    with serve(folder) as url:
        yield f"{url}/simple"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def _names(lock: Lock, platform: str) -> dict[str, str]:
    packages = lock.for_platform(platform).packages
    return {f"{p.ecosystem.value}:{p.name}": p.version for p in packages}


def test_each_platform_gets_what_it_needs_of_both_worlds(
    project: Path, channel: str, index: str
) -> None:
    (project / "environment.yml").write_text(
        f"channels:\n  - {channel}\n"
        f"platforms: [{', '.join(_PLATFORMS)}]\n"
        "dependencies:\n"
        f"  - python {PYTHON}.*\n"
        "  - arrays\n"
        "  - pywin  # [win]\n"
        f"  - pip:\n    - -i {index}\n    - fast\n"
    )
    assert main(["lock", str(project), "-q"]) == 0
    made = read_lock(project / "caddis.lock")
    python = {"conda:python": f"{PYTHON}.4", "pypi:fast": "1.0"}
    assert _names(made, "linux-64") == {
        **python,
        "conda:arrays": "2.0",
        "conda:libunix": "1.0",
    }
    assert _names(made, "osx-arm64") == {**python, "conda:arrays": "3.0"}
    assert _names(made, "win-64") == {
        **python,
        "conda:arrays": "2.0",
        "conda:libwin": "1.0",
        "conda:pywin": "1.0",
        "pypi:colorama": "1.0",
    }
    wheels = {
        part.platform: [
            file.url.rpartition("-")[2]
            for package in part.packages
            for file in package.files
            if package.name == "fast"
        ]
        for part in made.platforms
    }
    assert wheels == {
        "linux-64": ["manylinux_2_17_x86_64.whl"],
        "osx-arm64": ["macosx_11_0_arm64.whl"],
        "win-64": ["win_amd64.whl"],
    }
    # The same again, without a word about platforms, changes nothing.
    before = (project / "caddis.lock").read_bytes()
    assert main(["lock", str(project), "-q", "-U"]) == 0
    assert (project / "caddis.lock").read_bytes() == before


@pytest.mark.network
def test_pypi_can_be_taken_as_it_was(project: Path) -> None:
    (project / "requirements.in").write_text("six\n")
    words = ("lock", str(project), "-q", "--exclude-newer")
    assert main([*words, "2020-06-30"]) == 0
    (six,) = read_lock(project / "caddis.lock").platforms[0].packages
    assert six.version == "1.15.0"
    # The day is a part of the inputs.
    assert main(["lock", str(project), "--check", "-q"]) == 1
    assert main([*words, "2020-06-30", "--check"]) == 0
