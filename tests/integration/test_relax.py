"""Relaxing against a channel that has moved on, solved by rattler."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.channel.engine import index_channel
from tests.support.channel.museum import (
    SIZE,
    export,
    museum_channel,
    museum_index,
    pip_section,
)
from tests.support.channel.package import Package, write_package
from tests.support.channel.tiny import stand_in_python

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> str:
    return museum_channel(tmp_path_factory.mktemp("museum"))


def test_an_export_of_sixty_packages_resolves_again_in_few_solves(
    museum: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "environment.yml", tmp_path / "new.yml"
    old.write_text(export(channel=museum))
    assert main(["relax", str(old), "-o", str(new), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    by_name = {change["old"].partition("=")[0]: change for change in found["changes"]}
    expected = {
        "gone-build": "gone-build=1.0.0",
        "gone-patch": "gone-patch=1.2",
        "gone-minor": "gone-minor=1",
        "gone-version": "gone-version",
        "new_name": "new-name=1.0",
        "tool": "tool=1",
    }
    assert {n: by_name[n]["new"] for n in expected} == expected
    assert "p01" not in by_name  # its build is still there
    assert by_name["p00"]["new"] == "p00=1.2.3"
    assert "old-friend=1.0.0=h1_0" in by_name["tool"]["reason"]
    assert len(by_name) == SIZE * 2 // 3 + len(expected)
    assert found["solves"] <= 50
    assert "# keep an eye on it" in new.read_text()
    assert main(["relax", str(new), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


def test_an_export_of_a_mac_is_relaxed_for_linux(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    channel = tmp_path / "channel"
    for platform, build in (("osx-arm64", "h5505_0"), ("linux-64", "h1423_0")):
        here = (("python", "3.11.6"), ("zlib", "1.2.13"))
        for name, version in (*here, ("libcxx", "16.0.6")):
            if (name, platform) == ("libcxx", "linux-64"):
                continue
            package = Package(
                name=name, version=version, build=build, platform=platform
            )
            write_package(package, channel)
    write_package(Package(name="six", version="1.16.0", noarch="generic"), channel)
    file, out = tmp_path / "environment.yml", tmp_path / "new.yml"
    file.write_text(
        f"channels: [{index_channel(channel)}]\ndependencies:\n"
        "  - libcxx=16.0.6=h5505_0\n  - python=3.11.6=h5505_0\n"
        "  - six=1.16.0=0\n  - zlib=1.2.13=h5505_0\n"
    )
    here = ["relax", str(file), "--platform"]
    assert main([*here, "osx-arm64"]) == 0
    assert "resolves as is" in capsys.readouterr().out
    assert main([*here, "linux-64", "-o", str(out)]) == 0
    assert out.read_text().splitlines()[2:] == [
        "  - python=3.11.6", "  - six=1.16.0=0", "  - zlib=1.2.13",
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "libcxx=16.0.6=h5505_0 is left out: no channel has libcxx" in said
    assert main(["relax", str(out), "--platform", "linux-64"]) == 0
    assert main([*here, "linux-64", "--give-up", "build"]) == 5


def test_two_packages_that_nothing_reconciles_are_named(
    museum: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "environment.yml"
    pins = ["p01=1.2.3=h1_1", "enemy=1.0", "rival=1.0"]
    lines = [f"channels: [{museum}]", "dependencies:", *(f"- {pin}" for pin in pins)]
    file.write_text("\n".join(lines) + "\n")
    assert main(["relax", str(file)]) == 5
    said = capsys.readouterr().err
    assert "rival=1.0 and enemy=1.0 cannot be together" in said
    assert "environment.yml:5" in said


def test_eighty_pins_of_both_worlds_are_relaxed_in_few_solves(
    museum: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = museum_index(tmp_path / "index")
    file, new = tmp_path / "environment.yml", tmp_path / "new.yml"
    file.write_text(export(channel=museum) + pip_section())
    assert main(["relax", str(file), "-i", index, "-o", str(new), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    by_name = {change["old"].partition("=")[0]: change for change in found["changes"]}
    assert by_name["q03"]["new"] == "q03==1.2.*"
    assert "q01" not in by_name
    assert by_name["names"]["new"] == "names==3.6.*"
    assert by_name["web"]["new"] == "web==2.*"
    assert by_name["web"]["reason"] == "it cannot be together with names==3.6.*"
    assert by_name["tool"]["reason"].endswith("with old-friend=1.0.0=h1_0")
    assert found["solves"] <= 25
    assert main(["relax", str(new), "-i", index, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


@pytest.mark.network
def test_pins_of_conda_and_pypi_are_relaxed_together(
    museum: str, tmp_path: Path
) -> None:
    file, new = tmp_path / "environment.yml", tmp_path / "new.yml"
    file.write_text(
        f"channels: [{museum}]\ndependencies:\n  - gone-build=1.0.0=h1_0\n"
        "  - nowhere-to-be-found=1.0\n  - pip:\n      - idna==3.6.99\n"
    )
    assert main(["relax", str(file), "-o", str(new), "--python", "3.11"]) == 0
    assert new.read_text().splitlines()[2:] == [
        "  - gone-build=1.0.0", "  - pip:", "      - idna==3.6.*",
    ]  # fmt: skip


@pytest.mark.network
def test_requirements_that_conflict_are_relaxed_by_one(tmp_path: Path) -> None:
    # requests 2.19 wants idna <2.8.
    file, new = tmp_path / "requirements.txt", tmp_path / "new.txt"
    file.write_text("requests==2.19.1  # ours\nidna==3.6\nsix==1.16.0\n")
    assert main(["relax", str(file), "-o", str(new), "--python", "3.11"]) == 0
    assert new.read_text() == "requests==2.*  # ours\nidna==3.6\nsix==1.16.0\n"


@pytest.mark.network
def test_the_pair_of_requirements_at_fault_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("requests==2.19.1\nidna==3.6\nsix==1.16.0\n")
    keep = ["--keep", "requests", "--keep", "pypi:idna"]
    assert main(["relax", str(file), "--python", "3.11", *keep]) == 5
    said = capsys.readouterr().err
    assert "requests==2.19.1 and idna==3.6 cannot be together" in said
    assert "requirements.txt:2" in said


@pytest.mark.network
def test_a_conda_pin_gives_way_to_what_a_pypi_pin_needs(tmp_path: Path) -> None:
    channel = tmp_path / "channel"
    write_package(stand_in_python(), channel)
    for version in ("4.0.0", "4.12.2"):
        package = Package(
            name="typing_extensions",
            version=version,
            noarch="python",
            depends=("python >=3.8",),
        )
        write_package(package, channel)
    file, new = tmp_path / "environment.yml", tmp_path / "new.yml"
    file.write_text(
        f"channels: [{index_channel(channel)}]\ndependencies:\n  - python\n"
        "  - typing_extensions=4.0.0=0\n  - pip:\n      - pydantic==2.7.0\n"
    )
    # pydantic 2.7 wants typing-extensions >=4.6.1.
    assert main(["relax", str(file), "-o", str(new)]) == 0
    assert new.read_text().splitlines()[3:] == [
        "  - typing_extensions=4", "  - pip:", "      - pydantic==2.7.0",
    ]  # fmt: skip
