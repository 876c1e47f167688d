"""Exports of real environments: made again from each format, they are the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from caddis.cli import main
from caddis.host import this_host
from caddis.stages.inventory import read_environment
from tests.support.channel.engine import index_channel
from tests.support.channel.package import Package, text_file, write_package
from tests.support.index import Dist, write_index

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    dists = (
        Dist(
            name="app", version="1.4.2", requires=("more; extra == 'x'",), extras=("x",)
        ),
        Dist(name="app", version="2.0"),
        Dist(name="more"),
    )
    return write_index(dists, tmp_path_factory.mktemp("index")).as_uri()


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> str:
    channel = tmp_path_factory.mktemp("second")
    extra = Package(name="elsewhere", files={"share/e": text_file("{prefix}\n")})
    write_package(extra, channel)
    return index_channel(channel).rstrip("/")


@pytest.fixture(scope="module")
def prefix(
    tiny: str, second: str, index: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Conda packages of two channels, PyPI packages with an extra, a variable."""
    project = tmp_path_factory.mktemp("project")
    (project / "environment.yml").write_text(
        f"channels: [{tiny}, {second}]\n"
        "dependencies: [python, greet <2, elsewhere, {pip: ['app[x]<2']}]\n"
        "variables: {MODE: 'on'}\n"
    )
    prefix = project / "env"
    assert main(["lock", str(project), "-i", index, "-q"]) == 0
    assert main(["sync", str(project), "-p", str(prefix), "-i", index, "-q"]) == 0
    return prefix


def contents(prefix: Path) -> dict[str, str]:
    found = read_environment(prefix, host=this_host())
    return {p.name: f"{p.version} {p.build}".strip() for p in found.packages}


def export(prefix: Path, out: Path, *words: str) -> str:
    assert main(["export", "-p", str(prefix), "-o", str(out), *words]) == 0
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("--pin", "hash"),
        ("--pin", "build"),
        ("--pin", "version"),
        ("--only-requested",),
        ("--only-requested", "--pin", "minor"),
    ],
)
def test_an_environment_file_makes_the_same_environment(
    prefix: Path, index: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    text = export(prefix, tmp_path / "environment.yml", *words)
    assert "prefix:" not in text
    again = tmp_path / "env"
    assert main(["lock", str(tmp_path), "-i", index, "-q"]) == 0
    assert main(["sync", str(tmp_path), "-p", str(again), "-i", index, "-q"]) == 0
    assert contents(again) == contents(prefix)
    old, new = (read_environment(p, host=this_host()) for p in (prefix, again))
    assert new.variables == old.variables == {"MODE": "on"}
    assert new.channels == old.channels


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (("--pin", "none"), ["greet", "app[x]"]),
        (("--pin", "minor"), ["greet=1.0", "app[x]==1.4.*"]),
        (("--pin", "version"), ["greet=1.0", "app[x]==1.4.2"]),
        (("--pin", "build"), ["greet=1.0=pyhd_0", "app[x]==1.4.2"]),
        (("--pin", "build", "--pin-pypi", "none"), ["greet=1.0=pyhd_0", "app[x]"]),
        (("--only-requested",), ["greet <2", "app[x]<2"]),
    ],
)
def test_each_rung_of_the_ladder_names_versions_its_way(
    prefix: Path, tmp_path: Path, words: tuple[str, ...], lines: list[str]
) -> None:
    text = export(prefix, tmp_path / "environment.yml", *words)
    entries = {line.strip().removeprefix("- ") for line in text.splitlines()}
    assert set(lines) <= entries


def test_a_package_of_the_second_channel_says_so(
    prefix: Path, second: str, tmp_path: Path
) -> None:
    text = export(prefix, tmp_path / "environment.yml", "--pin", "none")
    assert f"- {second}::elsewhere\n" in text


def test_requirements_with_hashes_install_the_same_distributions(
    prefix: Path, index: str, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.txt"
    text = export(prefix, file, "--format", "requirements")
    assert text.count("--hash=sha256:") == 2
    again = tmp_path / "venv"
    subprocess.run([UV, "venv", "-q", f"--python={sys.executable}", again], check=True)
    install = [UV, "pip", "install", "-q", "--require-hashes", f"--python={again}"]
    install += [f"--default-index={index}", "-r", str(file)]
    subprocess.run(install, check=True)
    assert contents(again) == {"app": "1.4.2", "more": "1.0"}


def test_requirements_of_what_was_asked_are_as_it_was_asked(
    prefix: Path, tmp_path: Path
) -> None:
    out = tmp_path / "requirements.txt"
    text = export(prefix, out, "--format", "requirements", "--only-requested")
    assert text.splitlines()[-1] == "app[x]<2"


def test_an_explicit_file_names_urls_with_hashes_and_what_it_loses(
    prefix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = export(prefix, tmp_path / "explicit.txt", "--format", "explicit")
    urls = [line for line in text.splitlines() if "://" in line]
    assert len(urls) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", url.partition("#")[2]) for url in urls)
    assert "cannot hold what is from PyPI: app" in capsys.readouterr().err


def test_a_conda_lock_has_both_worlds(prefix: Path, tmp_path: Path) -> None:
    text = export(prefix, tmp_path / "conda-lock.yml", "--format", "conda-lock")
    data = YAML(typ="safe").load(text)
    packages = {p["name"]: p for p in data["package"]}
    assert packages["app"]["manager"] == "pip"
    assert packages["greet"]["manager"] == "conda"
    assert packages["greet"]["dependencies"] == {"python": ">=3.8"}
    assert all(len(p["hash"]["sha256"]) == 64 for p in data["package"])
    assert data["metadata"]["platforms"] == [this_host().platform]


def test_what_is_lost_is_an_error_when_strict(
    prefix: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "-p", str(prefix), "--format", "requirements", "--strict"]
    assert main(words) == 1
    said = capsys.readouterr()
    assert "cannot hold the conda packages" in said.err
    assert said.out == ""


def test_an_exact_format_cannot_be_loosened(prefix: Path) -> None:
    words = ["export", "-p", str(prefix), "--format", "explicit", "--pin", "minor"]
    assert main(words) == 2
