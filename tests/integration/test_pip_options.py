"""Options of requirements files that decide which files count, with the real uv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.lock import LockedPackage
from caddis.model.lock_file import read_lock
from tests.support.index import Dist, write_index, write_wheel
from tests.support.server import serve

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("index")
    dists = (Dist(name="tool", version="1.0"), Dist(name="tool", version="2.0rc1"))
    write_index(dists, folder)
    with serve(folder) as url:
        yield f"{url}/simple"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def _lock(project: Path, text: str) -> tuple[LockedPackage, ...]:
    (project / "requirements.in").write_text(text)
    assert main(["lock", str(project), "-q"]) == 0
    return read_lock(project / "caddis.lock").platforms[0].packages


def test_prereleases_come_when_the_file_wants_them(project: Path, index: str) -> None:
    (usual,) = _lock(project, f"-i {index}\ntool\n")
    assert usual.version == "1.0"
    # What was locked stays: the option alone moves nothing, the limit does.
    (wanted,) = _lock(project, f"--pre\n-i {index}\ntool>1.0\n")
    assert wanted.version == "2.0rc1"


def test_compile_heeds_it_as_pip_compile_does(project: Path, index: str) -> None:
    source, out = project / "requirements.in", project / "out.txt"
    source.write_text(f"--pre\n-i {index}\ntool\n")
    assert main(["compile", "-q", str(source), "-o", str(out)]) == 0
    assert "tool==2.0rc1" in out.read_text()


def test_a_package_without_a_source_cannot_be_taken_as_source(
    project: Path, index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "requirements.in").write_text(f"-i {index}\n--no-binary tool\ntool\n")
    assert main(["lock", str(project), "-q"]) == 5
    assert "no source distribution" in capsys.readouterr().err


def test_a_folder_of_wheels_may_be_the_only_place(project: Path) -> None:
    write_wheel(Dist(name="own", version="3.0"), project / "wheels")
    (found,) = _lock(project, "--no-index\n-f wheels\nown\n")
    assert found.version == "3.0"
    assert found.channel == "wheels"
    assert found.files[0].url == "wheels/own-3.0-py3-none-any.whl"
    # The project is found by its lock, wherever it is.
    elsewhere = project.rename(project.with_name("elsewhere"))
    assert main(["lock", str(elsewhere), "-q", "--check"]) == 0
    assert main(["sync", str(elsewhere), "-q"]) == 0
    assert list((elsewhere / ".caddis").rglob("own-3.0.dist-info"))


def test_a_wheel_and_a_folder_may_be_named_by_their_paths(project: Path) -> None:
    wheel = write_wheel(Dist(name="own", version="3.0"), project / "wheels")
    (project / "lib").mkdir()
    (project / "lib" / "pyproject.toml").write_text(
        '[project]\nname = "lib"\nversion = "1.0"\ndependencies = ["own"]\n'
    )
    text = f"--no-index\n./wheels/{wheel.name}\n./lib\n"
    lib, own = _lock(project, text)
    assert lib.source == "./lib"
    assert own.files[0].url == f"wheels/{wheel.name}"
    assert own.files[0].size == wheel.stat().st_size
    assert own.why == ("asked", "lib")
    # Another file in its place is noticed before it is installed.
    write_wheel(Dist(name="own", version="3.0", requires=("lib",)), project / "wheels")
    assert main(["sync", str(project), "-q"]) != 0
