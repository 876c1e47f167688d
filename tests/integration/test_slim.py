"""Slim archives are smaller and still run; options of size do what they say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from csv import reader
from hashlib import sha256
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.archive import MANIFEST
from tests.support.carrying import members, pack, unpack
from tests.support.running import IMPORT_EVERYTHING

pytestmark = pytest.mark.integration

EXAMPLES = Path(__file__).parents[2] / "examples"
UV = str(Path(sys.executable).with_name("uv"))


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def untrue_rows(prefix: Path) -> list[str]:
    """List the rows of every RECORD below *prefix* whose file is not as they say."""
    untrue = []
    for record in prefix.rglob("*.dist-info/RECORD"):
        for path, digest, _ in reader(record.read_text("utf-8").splitlines()):
            file = record.parents[1] / path
            if not file.exists():
                untrue.append(f"{path} is missing")
            elif digest:
                found = urlsafe_b64encode(sha256(file.read_bytes()).digest())
                if digest != f"sha256={found.decode().rstrip('=')}":
                    untrue.append(f"{path} differs")
    return untrue


@pytest.mark.network
def test_the_penguins_run_from_a_slim_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "work" / "penguins"
    shutil.copytree(EXAMPLES / "penguins", project)
    prefix = tmp_path / "installed"
    common = ["pack", str(project), "--keep-prefix", str(prefix), "--compress", "fast"]
    assert main([*common, "-o", str(tmp_path / "whole.tar.zst")]) == 0
    capsys.readouterr()
    slim = tmp_path / "slim.tar.zst"
    assert main([*common, "-o", str(slim), "--slim", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert slim.stat().st_size < 0.85 * (tmp_path / "whole.tar.zst").stat().st_size
    assert answer["slim"]["modules_imported"] > 50
    env = unpack(slim, tmp_path / "env")
    python = env / "bin/python"
    run(python, "-c", IMPORT_EVERYTHING)
    run(prefix / "bin/python", "-m", "penguins", tmp_path / "one", cwd=project.parent)
    run(python, "-m", "penguins", tmp_path / "two", cwd=project.parent)
    one, two = (tmp_path / name / "scores.csv" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert untrue_rows(env) == []
    assert json.loads((env / MANIFEST).read_text())["slim"] is True
    listed = (env / ".caddis/left-out.txt").read_text()
    for each in answer["slim"]["left_out"]:
        assert f"{each['path']}\t{each['package']}\t{each['kind']}\n" in listed
        assert not (env / each["path"]).exists()


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A venv with one small package, which has tests and a header."""
    folder = tmp_path / "venv"
    run(UV, "venv", "-q", f"-p{sys.executable}", folder)
    (site,) = folder.glob("lib/python*/site-packages")
    files = {
        "own/__init__.py": "from own.tests import helper\n",
        "own/tests/__init__.py": "",
        "own/tests/helper.py": "",
        "own/data/table.csv": "1\n",
        "own/own.h": "int own;\n",
        "own-1.0.dist-info/METADATA": "Name: own\nVersion: 1.0\n",
    }
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    rows = "".join(f"{path},,\n" for path in files)
    (site / "own-1.0.dist-info/RECORD").write_text(rows)
    return folder


def names(archive: Path) -> set[str]:
    """List the files in *archive* that are of the package."""
    inside = (
        member.name.partition("/site-packages/")[2] for member in members(archive)
    )
    return {name for name in inside if name.startswith("own/")}


def test_keep_and_exclude_and_include(venv: Path, tmp_path: Path) -> None:
    def packed(*options: str) -> set[str]:
        return names(pack(venv, tmp_path / "a.tar.zst", "--compress", "1", *options))

    everything = packed()
    assert packed("--slim") == everything - {"own/own.h"}
    assert packed("--slim", "--keep", "*.h") == everything
    assert packed("--exclude", "*/own/data/*") == everything - {"own/data/table.csv"}
    some = packed("--exclude", "*/own/*", "--include", "*.csv")
    assert some == {"own/data/table.csv"}
    env = unpack(tmp_path / "a.tar.zst", tmp_path / "env")
    assert untrue_rows(env) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--compress", "23"), "1 to 22"),
        (("--compress", "smallest"), "fast, best"),
        (("--keep", "*.h"), "--slim"),
        (("--threads", "-2"), "-1"),
    ],
)
def test_options_that_make_no_sense_are_explained(
    options: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["pack", "-p", str(tmp_path), "-o", str(tmp_path / "a.tar.zst"), *options]
    assert main(words) == 2
    assert said in capsys.readouterr().err
