"""A wheel is built once for each state of its sources."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from caddis.adapters.uv.kept_wheels import KeptWheels
from caddis.adapters.uv.source_state import state_of
from tests.support.projects import write_file


@dataclass
class CountingBuilder:
    """Makes wheels that say the how-manieth they are."""

    built: int = 0
    meanwhile: Callable[[], object] = field(default=lambda: None)
    """What somebody does while a build runs."""

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        self.built += 1
        self.meanwhile()
        wheel = out / f"tool-1.0-{self.built}-py3-none-any.whl"
        wheel.write_text(f"wheel {self.built}")
        return wheel


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = write_file(tmp_path / "tool", "pyproject.toml", "[build-system]\n")
    return write_file(folder, "tool.pyx", "one = 1\n")


@dataclass
class Kept:
    """A cache of wheels, asked as packing asks it."""

    tmp_path: Path
    sources: Path
    builder: CountingBuilder = field(default_factory=CountingBuilder)

    def __call__(self, python: str = "3.11", **variables: str) -> str:
        out = self.tmp_path / "out"
        out.mkdir(exist_ok=True)
        kept = KeptWheels(
            builder=self.builder,
            folder=self.tmp_path / "cache",
            variables=variables,
            leave_out=self.sources / "app.tar.zst",
        )
        source = str(self.sources)
        wheel = kept.build_wheel(source, out, folder=self.sources, python=python)
        assert wheel.is_relative_to(out)
        return wheel.read_text()


@pytest.fixture
def build(tmp_path: Path, sources: Path) -> Kept:
    return Kept(tmp_path, sources)


def test_the_same_sources_are_built_once(build: Kept) -> None:
    assert build(HOME="/root", SHLVL="1") == "wheel 1"
    assert build(HOME="/root", SHLVL="2") == "wheel 1"


@pytest.mark.parametrize("name", ["tool.pyx", "data/new.txt", "setup.cfg"])
def test_other_sources_are_built_anew(build: Kept, name: str) -> None:
    build()
    file = build.sources / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("two = 2\n")
    assert build() == "wheel 2"
    file.unlink()
    assert build() == "wheel 3", "only the latest is kept"


def test_another_python_or_other_variables_are_built_for_anew(build: Kept) -> None:
    build()
    assert build(python="3.12") == "wheel 2"
    assert build(CFLAGS="-O0") == "wheel 3"


def test_what_is_no_source_builds_nothing_anew(build: Kept) -> None:
    build()
    for name in ("app.tar.zst", ".git/index", "__pycache__/a.pyc", ".venv/pyvenv.cfg"):
        (build.sources / name).parent.mkdir(exist_ok=True)
        (build.sources / name).write_text("anything")
    assert build() == "wheel 1"


def test_what_changes_during_a_build_is_not_trusted(build: Kept) -> None:
    source = build.sources / "tool.pyx"
    build.builder.meanwhile = lambda: source.write_text(f"{build.builder.built}")
    build()
    source.write_text("one = 1\n")
    build.builder.meanwhile = lambda: None
    assert build() == "wheel 2"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", 'requires = ["setuptools", "setuptools-scm>=8"]'),
        ("pyproject.toml", 'requires = ["hatchling", "hatch-vcs"]'),
        ("pyproject.toml", 'version = { source = "scm" }'),
        ("setup.py", "subprocess.check_output(['git', 'describe'])"),
        ("setup.py", "open('../VERSION').read()"),
    ],
)
def test_sources_that_read_more_than_their_folder_are_always_built(
    build: Kept, name: str, text: str
) -> None:
    # A new tag changes the version, and no file of the folder.
    (build.sources / name).write_text(text)
    assert [build(), build()] == ["wheel 1", "wheel 2"]


def test_a_folder_from_elsewhere_is_never_known(build: Kept, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (build.sources / "shared").symlink_to(tmp_path / "shared")
    assert [build(), build()] == ["wheel 1", "wheel 2"]


def test_a_wheel_that_left_the_cache_is_built_again(build: Kept) -> None:
    build()
    (wheel,) = (build.tmp_path / "cache").rglob("*.whl")
    wheel.unlink()
    assert build() == "wheel 2"
    assert build() == "wheel 2"


def test_large_files_are_known_by_their_times(tmp_path: Path) -> None:
    large = write_file(tmp_path, "data.bin", "0" * 2**20) / "data.bin"
    before = state_of(tmp_path)
    large.write_text("1" * 2**20)
    os.utime(large, ns=(0, 0))
    assert state_of(tmp_path) != before


def test_an_archive_of_sources_is_known_by_its_content(tmp_path: Path) -> None:
    for name, text in (("a", "one"), ("b", "one"), ("c", "two")):
        write_file(tmp_path, name, text)
    a, b, c = (state_of(tmp_path / name) for name in "abc")
    assert a == b != c
