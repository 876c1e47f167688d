"""A lock becomes layers without anything being installed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import ProjectError, ResolveError
from caddis.host import LINUX, MACOS_ARM, Host
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.ports.progress import Silent
from caddis.stages.assemble import Assembled, Supplies, assemble
from tests.support.index import Dist, write_wheel
from tests.support.package_files import locked_file
from tests.unit.assemble.fakes import (
    FakeBuilder,
    FakeCheckouts,
    FakeLaunchers,
    FakeStore,
    by_path,
)

PYTHON = LockedPackage(
    name="python",
    version="3.12.4",
    build="h1_0",
    ecosystem=Ecosystem.CONDA,
    subdir="osx-arm64",
    files=(LockedFile(url="https://x.org/c/osx-arm64/python.conda", sha256="0" * 64),),
)


def assembled(
    tmp_path: Path,
    *packages: LockedPackage,
    host: Host = MACOS_ARM,
    builder: FakeBuilder | None = None,
    **settings: tuple[str, ...],
) -> Assembled:
    part = PlatformLock(platform=host.platform, python="3.12", packages=packages)
    supplies = Supplies(
        packages=FakeStore(tmp_path),
        launchers=FakeLaunchers(),
        builder=builder or FakeBuilder(),
        checkouts=FakeCheckouts(),
        here=LINUX,
    )
    return assemble(
        Lock(platforms=(part,), **settings),
        host=host,
        folder=tmp_path,
        supplies=supplies,
        reporter=Silent(),
    )


def wheel(name: str, folder: Path) -> LockedPackage:
    path = write_wheel(Dist(name=name, version="1.0"), folder)
    return pypi(name, files=(locked_file(path),))


def pypi(
    name: str, files: tuple[LockedFile, ...] = (), source: str = ""
) -> LockedPackage:
    return LockedPackage(
        name=name,
        version="1.0",
        ecosystem=Ecosystem.PYPI,
        files=files,
        source=source,
    )


def test_a_foreign_platform_needs_a_python_from_conda(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"osx-arm64.*linux-64") as caught:
        assembled(tmp_path, wheel("one", tmp_path))
    assert "conda channel" in caught.value.hint


def test_conda_packages_alone_need_no_python(tmp_path: Path) -> None:
    found = assembled(tmp_path, replace(PYTHON, name="zlib"))
    assert (found.python, found.lacks_python) == ("", False)
    assert [layer.name for layer in found.conda] == ["zlib"]


def test_wheels_go_to_the_python_that_the_lock_names(tmp_path: Path) -> None:
    found = assembled(tmp_path, PYTHON, wheel("one", tmp_path))
    assert found.python == "3.12.4"
    (layer,) = found.pypi
    assert "lib/python3.12/site-packages/one/__init__.py" in by_path(layer)


def test_layers_come_in_the_order_in_which_recording_finds_them(
    tmp_path: Path,
) -> None:
    others = [replace(PYTHON, name=name) for name in ("zlib", "Alpha", "_libgcc")]
    dists = [wheel(name, tmp_path) for name in ("zeta", "Beta", "alpha")]
    found = assembled(tmp_path, *others, PYTHON, *dists)
    names = [layer.name for layer in found.conda]
    assert names == sorted(["zlib", "Alpha", "_libgcc", "python"])
    assert [layer.name for layer in found.pypi] == ["alpha", "beta", "zeta"]


def test_a_local_project_is_built(tmp_path: Path) -> None:
    builder = FakeBuilder()
    found = assembled(
        tmp_path, PYTHON, pypi("mine", source="-e ./mine"), builder=builder
    )
    assert builder.built == [("-e ./mine", "3.12")]
    assert [layer.name for layer in found.pypi] == ["mine"]


def test_what_must_be_built_for_another_platform_is_refused(tmp_path: Path) -> None:
    builder = FakeBuilder(tag="cp312-cp312-linux_x86_64")
    with pytest.raises(ResolveError, match=r"mine.*osx-arm64"):
        assembled(tmp_path, PYTHON, pypi("mine", source="./mine"), builder=builder)


def test_an_sdist_is_fetched_and_checked_before_it_is_built(tmp_path: Path) -> None:
    sdist = tmp_path / "mine-1.0.tar.gz"
    sdist.write_bytes(b"sources")
    builder = FakeBuilder()
    assembled(
        tmp_path, PYTHON, pypi("mine", files=(locked_file(sdist),)), builder=builder
    )
    assert builder.built == [(str(sdist), "3.12")]


def test_a_commit_in_git_is_built_and_tells_where_it_is_from(tmp_path: Path) -> None:
    commit = "0123456789" * 4
    source = f"mine @ git+https://u:secret@git.example/m@{commit}#subdirectory=py"
    builder = FakeBuilder()
    found = assembled(tmp_path, PYTHON, pypi("mine", source=source), builder=builder)
    ((built, _),) = builder.built
    assert built.endswith(f"{commit}/py")
    (layer,) = found.pypi
    told = next(e for e in layer.entries if e.path.endswith("/direct_url.json"))
    assert json.loads(told.read()) == {
        "url": "https://git.example/m",
        "subdirectory": "py",
        "vcs_info": {
            "vcs": "git",
            "commit_id": commit,
            "requested_revision": commit,
        },
    }
    record = next(e for e in layer.entries if e.path.endswith("/RECORD"))
    assert b"direct_url.json,sha256=" in record.read()


def test_conda_finds_what_was_asked_for(tmp_path: Path) -> None:
    asked = ("conda:python >=3.12", "pypi:one")
    found = assembled(
        tmp_path, PYTHON, requested=asked, variables=("MODE=fast",)
    ).overlay
    history = by_path(found)["conda-meta/history"].read().decode()
    assert "# update specs: ['python >=3.12']" in history
    assert "+python-3.12.4-h1_0" in history
    assert b'"MODE": "fast"' in by_path(found)["conda-meta/state"].read()


def test_without_conda_nothing_is_told(tmp_path: Path) -> None:
    found = assembled(tmp_path, wheel("one", tmp_path), host=LINUX)
    assert found.overlay.entries == ()
    assert found.python == ""
