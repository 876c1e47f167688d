"""Recording environments that real tools made, and making them again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.host import this_host
from caddis.model.lock_file import read_lock
from caddis.model.requirements import Ecosystem
from caddis.stages.inventory import read_environment
from tests.support.channel import install_prefix
from tests.support.channel.engine import index_channel
from tests.support.channel.package import Package, text_file, write_package
from tests.support.index import Dist, write_index
from tests.support.projects import git, write_in_git, write_project

pytestmark = pytest.mark.integration

UV = str(Path(sys.executable).with_name("uv"))


@pytest.fixture
def index(tmp_path: Path) -> str:
    dists = (
        Dist(name="app", requires=("lib>=1", "more ; extra == 'x'"), extras=("x",)),
        Dist(name="lib", version="1.0"),
        Dist(name="lib", version="2.0"),
        Dist(name="more"),
        Dist(name="cli", commands=("cli = cli:main",)),
    )
    return write_index(dists, tmp_path / "index").as_uri()


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Local projects: one in git, one to be editable, one plain."""
    names = ("in-git", "editable", "plain")
    folders = {name: write_project(tmp_path / name) for name in names}
    write_in_git(folders["in-git"])
    return folders


def make_venv(prefix: Path, *words: str) -> Path:
    subprocess.run([UV, "venv", "-q", f"--python={sys.executable}", prefix], check=True)
    subprocess.run(
        [UV, "pip", "install", "-q", f"--python={prefix}", *words], check=True
    )
    return prefix


def contents(prefix: Path) -> dict[str, str]:
    """Map each package to its version or source."""
    found = read_environment(prefix, host=this_host())
    return {
        p.name: p.source or f"{p.version} {p.build}".strip() for p in found.packages
    }


def test_a_venv_with_every_kind_of_source_can_be_made_again(
    index: str, sources: dict[str, Path], tmp_path: Path
) -> None:
    commit = git(sources["in-git"], "rev-parse", "HEAD")
    prefix = make_venv(
        tmp_path / "env",
        f"--default-index={index}",
        "app[x]",
        "lib<2",
        f"in-git @ git+file://{sources['in-git']}",
        f"-e{sources['editable']}",
        str(sources["plain"]),
    )
    out = tmp_path / "out"
    words = ["--ask-index", "-i", index]
    assert main(["record", "-p", str(prefix), "-o", str(out), *words]) == 0
    lock = read_lock(out / "caddis.lock")
    locked = {p.name: p for p in lock.for_platform(this_host().platform).packages}
    assert (
        locked["in-git"].source == f"in-git @ git+file://{sources['in-git']}@{commit}"
    )
    assert locked["editable"].source == f"-e {sources['editable']}"
    assert locked["plain"].source == f"plain @ file://{sources['plain']}"
    assert len(locked["lib"].files[0].sha256) == 64
    again = tmp_path / "again"
    sync = ["sync", str(out), "-p", str(again), "--python", sys.executable]
    assert main([*sync, "-i", index, "-q"]) == 0
    assert contents(again) == contents(prefix)
    asked = (out / "environment.yml").read_text()
    assert f"- in-git @ git+file://{sources['in-git']}@{commit}" in asked
    assert f"- -e {sources['editable']}" in asked
    assert "- app\n" in asked
    assert "- lib" not in asked


def test_what_caddis_made_keeps_wishes_files_and_hashes_without_an_index(
    index: str, tmp_path: Path
) -> None:
    project, prefix = tmp_path / "project", tmp_path / "env"
    project.mkdir()
    (project / "requirements.in").write_text("app[x]>=0.5\n")
    assert main(["lock", str(project), "-i", index, "-q"]) == 0
    sync = ["sync", str(project), "-p", str(prefix), "--python", sys.executable]
    assert main([*sync, "-i", index, "-q"]) == 0
    out = tmp_path / "out"
    assert main(["record", "-p", str(prefix), "-o", str(out)]) == 0
    assert "- app[x]>=0.5" in (out / "environment.yml").read_text()
    old = read_lock(project / "caddis.lock").platforms[0]
    new = read_lock(out / "caddis.lock").platforms[0]
    assert {p.name: p.files for p in new.packages} == {
        p.name: p.files for p in old.packages
    }


def test_conda_with_pip_and_two_channels_is_recorded_and_made_again(
    tiny: str, index: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    extra = Package(name="elsewhere", files={"share/e": text_file("{prefix}\n")})
    write_package(extra, other)
    second = index_channel(other)
    project, prefix = tmp_path / "project", tmp_path / "env"
    project.mkdir()
    (project / "environment.yml").write_text(
        f"channels: [{tiny}, {second}]\n"
        "dependencies: [python, greet <2, elsewhere, {pip: [app]}]\n"
        "variables: {MODE: 'on'}\n"
    )
    assert main(["lock", str(project), "-i", index, "-q"]) == 0
    assert main(["sync", str(project), "-p", str(prefix), "-i", index, "-q"]) == 0
    out = tmp_path / "out"
    assert main(["record", "-p", str(prefix), "-o", str(out)]) == 0
    text = (out / "environment.yml").read_text()
    assert "  - greet <2\n" in text
    assert f"  - {second.rstrip('/')}::elsewhere\n" in text
    assert "prefix:" not in text
    assert 'MODE: "on"' in text
    again = tmp_path / "again"
    assert main(["sync", str(out), "-p", str(again), "-i", index, "-q"]) == 0
    assert contents(again) == contents(prefix)
    capsys.readouterr()
    assert main(["diff", str(prefix), str(again)]) == 0


def test_the_result_as_json_has_everything(
    tiny: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prefix = install_prefix(
        tiny, ["python", "greet"], tmp_path / "env", cache=tmp_path / "cache"
    )
    (prefix / "conda-meta/pinned").write_text("greet <3\n")
    assert main(["record", "-p", str(prefix), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pins"] == ["greet <3"]
    assert found["virtual_packages"]
    assert [a["spec"] for a in found["requested"]] == ["greet", "python"]
    assert {p["ecosystem"] for p in found["packages"]} == {Ecosystem.CONDA.value}
    assert not (tmp_path / "environment.yml").exists()
    # Who names a folder wants the files as well.
    words = ["record", "-p", str(prefix), "--json", "-o", str(tmp_path / "kept")]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert (tmp_path / "kept/environment.yml").exists()


def test_what_the_user_says_of_the_machine_is_recorded(
    tiny: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prefix = install_prefix(
        tiny, ["data-only"], tmp_path / "env", cache=tmp_path / "cache"
    )
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "12.4")
    assert main(["record", "-p", str(prefix), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["virtual_packages"]
    assert "__cuda=12.4=0" in found
    assert [text.split("=")[0] for text in found] == [
        "__archspec", "__cuda", "__glibc", "__linux", "__unix",
    ]  # fmt: skip


def test_files_that_say_something_else_are_not_overwritten(
    tiny: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prefix = install_prefix(
        tiny, ["data-only"], tmp_path / "env", cache=tmp_path / "cache"
    )
    mine = tmp_path / "environment.yml"
    mine.write_text("name: mine\n")
    command = ["record", "-p", str(prefix), "-o", str(tmp_path)]
    assert main(command) == 2
    assert mine.read_text() == "name: mine\n"
    assert main([*command, "--force"]) == 0
    assert "data-only" in mine.read_text()
