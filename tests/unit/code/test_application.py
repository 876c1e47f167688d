"""The project's files as a layer on top of the stack."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from caddis.adapters.code_files import list_code
from caddis.errors import ProjectError, UsageError
from caddis.model.application import read_command
from caddis.model.layers import Entry, LaterEntries, Layer, LayerKind, Stack
from caddis.stages.code import Application, with_application

SITE = "lib/python3.11/site-packages"


def stack(*layers: Layer, platform: str = "linux-64") -> Stack:
    return Stack(platform=platform, python="3.11.7", layers=layers)


def write(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return folder


def applied(folder: Path, *entries: str, on: Stack | None = None) -> Stack:
    application = Application(
        code=folder, commands=tuple(read_command(text) for text in entries)
    )
    return with_application(on or stack(), application, list_files=list_code)


def top(found: Stack) -> dict[str, Entry]:
    assert found.layers[-1].kind is LayerKind.CODE
    return {entry.path: entry for entry in found.layers[-1].entries}


def test_the_content_of_a_folder_is_imported_from_app(tmp_path: Path) -> None:
    found = top(applied(write(tmp_path, "tool.py", "data/x.csv")))
    assert set(found) == {"app/tool.py", "app/data/x.csv", f"{SITE}/caddis-app.pth"}
    assert found[f"{SITE}/caddis-app.pth"].source == b"../../../app\n"


def test_a_folder_that_is_a_package_keeps_its_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "tool", "__init__.py")
    assert "app/tool/__init__.py" in top(applied(folder))


def test_a_src_folder_is_imported_from_too(tmp_path: Path) -> None:
    found = top(applied(write(tmp_path, "src/tool/__init__.py", "setup.cfg")))
    assert found[f"{SITE}/caddis-app.pth"].source == b"../../../app\n../../../app/src\n"


def test_code_may_be_one_script(tmp_path: Path) -> None:
    script = write(tmp_path, "tool.py", "__init__.py", "src/other.py") / "tool.py"
    found = applied(script, "python tool.py")
    assert set(top(found)) == {"app/tool.py", "bin/tool", f"{SITE}/caddis-app.pth"}
    assert found.layers[-1].name == "tool.py"
    assert top(found)[f"{SITE}/caddis-app.pth"].source == b"../../../app\n"


def test_windows_has_its_own_layout(tmp_path: Path) -> None:
    found = applied(
        write(tmp_path, "tool.py"),
        "python -m tool",
        "f=tool:run",
        on=stack(platform="win-64"),
    )
    files = top(found)
    assert files["Lib/site-packages/caddis-app.pth"].source == b"../../app\n"
    assert files["Scripts/tool.bat"].source == (
        b'@echo off\r\n"%~dp0..\\python.exe" "-m" "tool" %*\r\n'
    )
    assert found.command == ("Scripts/tool.bat",)


def test_the_first_command_is_the_application_s(tmp_path: Path) -> None:
    found = applied(write(tmp_path, "a.py", "b.py"), "one=a:main", "python -m b")
    assert found.command == ("bin/one",)
    assert top(found)["bin/b"].executable


def test_a_command_of_a_package_is_not_replaced(tmp_path: Path) -> None:
    package = Layer(
        name="black", kind=LayerKind.PYPI, entries=(Entry(path="bin/black"),)
    )
    with pytest.raises(UsageError, match="black brings a command black"):
        applied(write(tmp_path, "a.py"), "black=a:main", on=stack(package))


def test_an_earlier_application_gives_way(tmp_path: Path) -> None:
    first = applied(write(tmp_path / "one", "old.py"))
    second = applied(write(tmp_path / "two", "new.py"), on=first)
    paths = {entry.path for layer in second.layers for entry in layer.entries}
    assert "app/new.py" in paths
    assert "app/old.py" not in paths


def test_a_link_out_of_the_project_becomes_a_file(tmp_path: Path) -> None:
    outside = write(tmp_path, "shared.csv") / "shared.csv"
    folder = write(tmp_path / "project", "a.py")
    (folder / "data.csv").symlink_to(outside)
    (folder / "b.py").symlink_to("a.py")
    found = top(applied(folder))
    assert found["app/data.csv"].source == str(outside)
    assert found["app/b.py"].link == "a.py"


def test_nothing_to_carry_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="holds no files"):
        applied(tmp_path)
    with pytest.raises(ProjectError, match="there is no file or folder"):
        applied(tmp_path / "missing")


def test_caches_environments_and_passwords_stay_at_home(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "__pycache__/a.pyc", ".git/config", "node_modules/x.js")
    write(tmp_path, ".venv/pyvenv.cfg", "my env/pyvenv.cfg", "my env/bin/python")
    write(tmp_path, ".env", "conda/conda-meta/history", "conda/lib/x", "b.pyc")
    write(tmp_path, "unpacked/.caddis/manifest.json", "unpacked/bin/python")
    assert list_code(tmp_path) == ["a.py"]


def test_what_git_ignores_stays_at_home(tmp_path: Path) -> None:
    write(tmp_path, "new.py", "tracked.py", "results/out.csv", "data/kept.csv")
    (tmp_path / ".gitignore").write_text("results/\n*.csv\n!data/kept.csv\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "tracked.py"], cwd=tmp_path, check=True)
    kept = [".gitignore", "data/kept.csv", "new.py", "tracked.py"]
    assert list_code(tmp_path) == kept


def test_environments_stay_at_home_that_git_does_not_ignore(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "env/pyvenv.cfg", "env/lib/x.py", "environs/b.py")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert list_code(tmp_path) == ["a.py", "environs/b.py"]


def test_a_folder_that_git_ignores_as_a_whole_is_meant_all_the_same(
    tmp_path: Path,
) -> None:
    write(tmp_path, "work/a.py")
    (tmp_path / ".gitignore").write_text("work/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    assert list_code(tmp_path / "work") == ["a.py"]


def test_the_archive_itself_is_no_part_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "old.tar.gz")
    old = tmp_path / "old.tar.gz"
    assert list_code(tmp_path, leave_out=old.__eq__) == ["a.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("say=python -c 'import sys; print(*sys.argv[1:], sep=\"|\")'", "a b|c\n"),
        ("python tool.py", "['a b', 'c']\n"),
        ("f=tool:main", "['a b', 'c']\n"),
    ],
)
def test_a_command_runs_from_anywhere_and_through_a_link(
    tmp_path: Path, text: str, said: str
) -> None:
    folder = write(tmp_path / "project", "tool.py")
    code = "import sys\ndef main(): print(sys.argv[1:])\n"
    (folder / "tool.py").write_text(f"{code}if __name__ == '__main__': main()\n")
    found = applied(folder, text)
    prefix = tmp_path / "my env"
    for path, entry in top(found).items():
        place = prefix / path
        place.parent.mkdir(parents=True, exist_ok=True)
        content = entry.source
        place.write_bytes(
            content if isinstance(content, bytes) else Path(content).read_bytes()
        )
    (prefix / "bin" / "python").write_text(
        f'#!/bin/sh\nexport PYTHONPATH="{prefix}/app"\nexec python3 "$@"\n'
    )
    command = prefix / found.command[0]
    for file in (prefix / "bin").iterdir():
        file.chmod(0o755)
    link = tmp_path / "linked"
    link.symlink_to(os.path.relpath(command, tmp_path))
    for program in (command, link):
        done = subprocess.run(
            [program, "a b", "c"], cwd="/", capture_output=True, text=True, check=False
        )
        assert (done.stdout, done.stderr) == (said, "")


@pytest.mark.parametrize(
    ("platform", "program"),
    [("linux-64", "bin/serve"), ("win-64", "Scripts/serve.exe")],
)
def test_a_command_may_run_what_the_environment_has(
    platform: str, program: str, tmp_path: Path
) -> None:
    entry = Entry(path=program, source=b"", executable=True)
    server = Layer(name="server", kind=LayerKind.PYPI, entries=(entry,))
    on = stack(server, platform=platform)
    folder = write(tmp_path, "tools/make.py")
    commands = ("site=serve --fast", "python tools/make.py", "again=make")
    if platform == "win-64":
        commands = commands[:2]
    assert applied(folder, *commands, on=on).command


@pytest.mark.parametrize(
    "command",
    [
        "site=serve --fast",
        "python tools/mkae.py",
        "run=mkae:main",
        "run=tools.mkae:main",
        "python -m mkae",
    ],
)
def test_a_command_that_could_not_run_is_refused(command: str, tmp_path: Path) -> None:
    # It was packed, and ended with `not found` on the other machine.
    folder = write(tmp_path, "tools/make.py")
    with pytest.raises(UsageError, match="which nothing brings"):
        applied(folder, command)


def test_layers_that_an_application_leaves_alone_are_not_read(tmp_path: Path) -> None:
    def entries() -> Sequence[Entry]:
        raise AssertionError("these are in the cache")

    known = LaterEntries(("lib/x.py",), entries)
    layer = Layer(name="known", kind=LayerKind.PYPI, entries=known, key="k")
    found = applied(write(tmp_path, "tool.py"), "python -m tool", on=stack(layer))
    assert found.layers[0] is layer
