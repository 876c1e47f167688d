"""The wheel that fits a platform best is chosen, whatever machine this is."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from caddis.errors import ResolveError
from caddis.model.lock import LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.stages.assemble.choose import choose_wheel, platform_tags

WHEELS = (
    "demo-1.0-cp311-cp311-macosx_10_9_x86_64.whl",
    "demo-1.0-cp311-cp311-macosx_11_0_arm64.whl",
    "demo-1.0-cp311-cp311-macosx_14_0_arm64.whl",
    "demo-1.0-cp311-cp311-manylinux2014_aarch64.manylinux_2_17_aarch64.whl",
    "demo-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "demo-1.0-cp311-cp311-manylinux_2_28_x86_64.whl",
    "demo-1.0-cp311-cp311-manylinux_2_34_x86_64.whl",
    "demo-1.0-cp311-cp311-musllinux_1_2_x86_64.whl",
    "demo-1.0-cp311-cp311-win_amd64.whl",
    "demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
    "demo-1.0-py3-none-any.whl",
)


def package(*names: str, source: str = "") -> LockedPackage:
    files = [LockedFile(url=f"https://x.org/{n}", sha256="") for n in names]
    return LockedPackage(
        name="demo",
        version="1.0",
        ecosystem=Ecosystem.PYPI,
        files=tuple(files),
        source=source,
    )


def chosen(platform: str, *names: str, assume: str = "", python: str = "3.11") -> str:
    virtual = (assume,) if assume else ()
    part = PlatformLock(platform=platform, python=python, virtual_packages=virtual)
    ranks = platform_tags(part, python=python)
    file = choose_wheel(package(*names), ranks=ranks, platform=platform)
    return PurePosixPath(file.url).name if file else ""


@pytest.mark.parametrize(
    ("platform", "assume", "expected"),
    [
        ("linux-64", "__glibc=2.28=0", "manylinux_2_28_x86_64"),
        ("linux-64", "__glibc=2.36=0", "manylinux_2_34_x86_64"),
        ("linux-64", "__glibc=2.17=0", "manylinux_2_17_x86_64"),
        ("linux-64", "__glibc=2.12=0", "py3-none-any"),
        ("linux-aarch64", "", "manylinux_2_17_aarch64"),
        ("osx-64", "__osx=13.0=0", "macosx_10_9_x86_64"),
        ("osx-arm64", "__osx=13.0=0", "macosx_11_0_arm64"),
        ("osx-arm64", "__osx=15=0", "macosx_14_0_arm64"),
        ("win-64", "", "win_amd64"),
    ],
)
def test_each_platform_has_its_wheel(platform: str, assume: str, expected: str) -> None:
    assert chosen(platform, *WHEELS, assume=assume).endswith(f"{expected}.whl")


def test_the_version_of_python_counts() -> None:
    assert "cp312-cp312" in chosen("linux-64", *WHEELS, python="3.12")
    assert chosen("linux-64", *WHEELS, python="3.13") == "demo-1.0-py3-none-any.whl"


def test_a_stable_interface_of_an_older_python_fits() -> None:
    wheel = "demo-1.0-cp39-abi3-manylinux_2_17_x86_64.whl"
    assert chosen("linux-64", wheel, "demo-1.0-py3-none-any.whl") == wheel


def test_the_highest_build_number_wins_between_equals() -> None:
    names = [f"demo-1.0-{build}-py3-none-any.whl" for build in ("2", "10", "9")]
    assert chosen("win-64", *names) == "demo-1.0-10-py3-none-any.whl"


def test_a_name_with_an_escape_is_read() -> None:
    name = "demo-1.0%2Bcpu-py3-none-any.whl"
    assert chosen("linux-64", name) == name


def test_no_fitting_wheel_is_said_with_the_platform() -> None:
    with pytest.raises(ResolveError, match=r"demo 1\.0 .* win-64"):
        chosen("win-64", *WHEELS[:3])


def test_sources_are_left_to_the_builder() -> None:
    assert chosen("linux-64", "demo-1.0.tar.gz") == ""
    part = PlatformLock(platform="linux-64", python="3.11")
    ranks = platform_tags(part, python="3.11")
    local = package(source="-e ./demo")
    assert choose_wheel(local, ranks=ranks, platform="linux-64") is None
