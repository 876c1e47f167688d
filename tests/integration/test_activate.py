"""Activation in real shells: what it sets, and that it takes all of it back."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from caddis.model.archive import MANIFEST
from caddis.stages.pack.home import home_layer
from tests.support.shells import SHELLS, Shell, Told, run_shell

pytestmark = pytest.mark.integration

PLACEHOLDER = "/opt/" + "placehold_" * 25


@pytest.fixture(params=SHELLS, ids=str)
def shell(request: pytest.FixtureRequest) -> Shell:
    found: Shell = request.param
    if shutil.which(found.command[0]) is None:
        pytest.skip(f"{found.command[0]} is not installed")
    return found


def make_prefix(prefix: Path, *, conda: bool = True) -> Path:
    """Lay out what activation needs of an environment just unpacked by tar."""
    for entry in home_layer("linux-64").entries:
        assert isinstance(entry.source, bytes)
        path = prefix / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.source)
        path.chmod(0o755 if entry.executable else 0o644)
    (prefix / "bin" / "python").symlink_to(sys.executable)
    (prefix / "tool.conf").write_text(f"root = {PLACEHOLDER}\n")
    place = {"path": "tool.conf", "placeholder": PLACEHOLDER, "offsets": [7]}
    manifest = {"layers": [{"places": [place]}]}
    (prefix / MANIFEST).write_text(json.dumps(manifest))
    if conda:
        (prefix / "conda-meta").mkdir()
    return prefix


def add_variables(prefix: Path, **values: str) -> None:
    state = prefix / "conda-meta" / "state"
    state.write_text(json.dumps({"env_vars": values}))


def add_hooks(prefix: Path, shell: Shell, name: str, value: str) -> None:
    for folder, line in (("activate.d", shell.hook), ("deactivate.d", shell.unhook)):
        path = prefix / "etc" / "conda" / folder / f"a package.{shell.ending}"
        path.parent.mkdir(parents=True)
        path.write_text(line.format(name=name, value=value) + "\n")


def add_notes(prefix: Path, shell: Shell) -> None:
    """Let two packages' scripts note when they run."""
    for folder in ("activate.d", "deactivate.d"):
        for name in ("first", "second"):
            path = prefix / "etc" / "conda" / folder / f"{name}.{shell.ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"echo {folder} {name}\n")


def tell(shell: Shell, lines: list[str], folder: Path, **env: str) -> Told:
    return run_shell(shell, lines, folder, env)


def activate(shell: Shell, prefix: Path) -> str:
    return shell.activate.format(prefix=prefix)


def test_everything_is_taken_back(shell: Shell, tmp_path: Path) -> None:
    prefix = make_prefix(tmp_path / "my env")
    add_variables(prefix, GREETING="good day", NEW="it's $HOME", EMPTY="")
    add_hooks(prefix, shell, "HOOK", "set by a package")
    env = {"GREETING": "hello  you", "PYTHONHOME": "/wrong", "VIRTUAL_ENV": "/venv"}
    told = tell(
        shell,
        ["LOOK", activate(shell, prefix), "LOOK", "deactivate", "LOOK"],
        tmp_path,
        **env,
    )
    before, during, after = told.moments
    assert during["PATH"] == f"{prefix}/bin:{before['PATH']}"
    assert during["CONDA_PREFIX"] == during["CADDIS_PREFIX"] == str(prefix)
    assert (during["GREETING"], during["NEW"]) == ("good day", "it's $HOME")
    assert during["EMPTY"] == ""
    assert during["HOOK"] == "set by a package"
    assert not {"PYTHONHOME", "VIRTUAL_ENV"} & set(during)
    assert after == before
    assert told.errors == ""


@pytest.mark.parametrize(
    "name", ["it's", 'a "b"', "a $b", "`c`", "a!b", "a*[b]", "a\\b", "größe", "a;b&c"]
)
def test_a_prefix_may_have_any_name(shell: Shell, name: str, tmp_path: Path) -> None:
    # csh reads what stands in backquotes twice.
    prefix = make_prefix(tmp_path / name)
    add_variables(prefix, GREETING="good day")
    add_hooks(prefix, shell, "HOOK", "set")
    (tmp_path / "link").symlink_to(prefix)
    lines = [activate(shell, tmp_path / "link"), "LOOK", "deactivate", "LOOK"]
    told = tell(shell, ["LOOK", *lines], tmp_path)
    before, during, after = told.moments
    assert during["CADDIS_PREFIX"] == str(prefix)
    assert (during["GREETING"], during["HOOK"]) == ("good day", "set")
    assert (prefix / "tool.conf").read_text() == f"root = {prefix}\n"
    assert after == before
    assert told.errors == ""


def test_scripts_run_in_order_and_backwards_when_leaving(
    shell: Shell, tmp_path: Path
) -> None:
    # As conda does, so that what came last is taken back first.
    prefix = make_prefix(tmp_path / "my env")
    add_notes(prefix, shell)
    told = tell(shell, [activate(shell, prefix), "deactivate", "LOOK"], tmp_path)
    assert told.out.splitlines() == [
        "activate.d first",
        "activate.d second",
        "deactivate.d second",
        "deactivate.d first",
    ]


def test_an_environment_without_conda_is_a_virtual_one(
    shell: Shell, tmp_path: Path
) -> None:
    prefix = make_prefix(tmp_path / "env", conda=False)
    lines = [activate(shell, prefix), "LOOK", "deactivate", "LOOK"]
    during, after = tell(shell, lines, tmp_path, CONDA_PREFIX="/base").moments
    assert during["VIRTUAL_ENV"] == str(prefix)
    assert after["CONDA_PREFIX"] == "/base"
    assert "VIRTUAL_ENV" not in after


def test_the_second_of_two_takes_the_place_of_the_first(
    shell: Shell, tmp_path: Path
) -> None:
    first, second = make_prefix(tmp_path / "one"), make_prefix(tmp_path / "two")
    add_variables(first, ONE="1")
    lines = ["LOOK", activate(shell, first), activate(shell, second), "LOOK"]
    told = tell(shell, [*lines, "deactivate", "LOOK"], tmp_path)
    before, during, after = told.moments
    assert during["PATH"] == f"{second}/bin:{before['PATH']}"
    assert "ONE" not in during
    assert after == before


def test_activating_twice_is_activating_once(shell: Shell, tmp_path: Path) -> None:
    prefix = make_prefix(tmp_path / "env")
    once = [activate(shell, prefix), "LOOK"]
    told = tell(shell, ["LOOK", *once, *once, "deactivate", "LOOK"], tmp_path)
    before, during, again, after = told.moments
    assert during == again
    assert after == before


def test_a_shell_inside_an_active_one_keeps_its_path(
    shell: Shell, tmp_path: Path
) -> None:
    prefix = make_prefix(tmp_path / "env")
    env = {"CADDIS_PREFIX": str(prefix), "CONDA_PREFIX": str(prefix)}
    lines = ["LOOK", activate(shell, prefix), "LOOK"]
    before, during = tell(shell, lines, tmp_path, **env).moments
    assert during["PATH"] == f"{prefix}/bin:{before['PATH']}"


def test_the_first_activation_in_a_new_place_relocates(
    shell: Shell, tmp_path: Path
) -> None:
    prefix = make_prefix(tmp_path / "first place")
    tell(shell, [activate(shell, prefix), "LOOK"], tmp_path)
    assert (prefix / "tool.conf").read_text() == f"root = {prefix}\n"
    moved = tmp_path / "second place"
    prefix.rename(moved)
    shutil.rmtree(tmp_path / "moments")
    told = tell(shell, [activate(shell, moved), "LOOK"], tmp_path)
    assert (moved / "tool.conf").read_text() == f"root = {moved}\n"
    assert told.moments[0]["CADDIS_PREFIX"] == str(moved)


def test_where_relocation_fails_the_environment_is_active_all_the_same(
    shell: Shell, tmp_path: Path
) -> None:
    prefix = make_prefix(tmp_path / "env")
    (prefix / MANIFEST).unlink()
    told = tell(shell, [activate(shell, prefix), "LOOK"], tmp_path)
    assert told.moments[0]["CONDA_PREFIX"] == str(prefix)
    assert "was not unpacked from a caddis archive" in told.errors


def test_a_variable_that_is_set_later_counts_from_then_on(
    shell: Shell, tmp_path: Path
) -> None:
    # `conda env config vars set` writes conda-meta/state.
    prefix = make_prefix(tmp_path / "env")
    add_variables(prefix, OLD="1")
    tell(shell, [activate(shell, prefix), "LOOK"], tmp_path)
    shutil.rmtree(tmp_path / "moments")
    add_variables(prefix, NEW="2")
    (seen,) = tell(shell, [activate(shell, prefix), "LOOK"], tmp_path).moments
    assert seen["NEW"] == "2"
    assert "OLD" not in seen


POSIX = [shell for shell in SHELLS if shell.ending == "sh"]


@pytest.mark.parametrize("shell", POSIX, ids=str)
def test_a_subshell_finds_the_environment_too(shell: Shell, tmp_path: Path) -> None:
    # $$ is the number of the outer shell there.
    prefix = make_prefix(tmp_path / "env")
    lines = ["(", activate(shell, prefix), "LOOK", ")", "LOOK"]
    inside, outside = tell(shell, lines, tmp_path).moments
    assert inside["CONDA_PREFIX"] == str(prefix)
    assert "CONDA_PREFIX" not in outside


@pytest.mark.parametrize("shell", POSIX, ids=str)
def test_the_prompt_names_the_environment(shell: Shell, tmp_path: Path) -> None:
    prefix = make_prefix(tmp_path / "env")
    show = 'printf "%s|" "$PS1"'
    lines = ["PS1='me> '", activate(shell, prefix), show, "deactivate", show]
    assert tell(shell, lines, tmp_path).out == "(env) me> |me> |"


@pytest.mark.parametrize("shell", POSIX, ids=str)
def test_a_prompt_runs_nothing(shell: Shell, tmp_path: Path) -> None:
    # Shells expand prompts: https://nvd.nist.gov/vuln/detail/CVE-2024-9287
    prefix = make_prefix(tmp_path / "$(touch hacked)")
    quoted = f". '{prefix}/bin/activate'"
    told = tell(shell, ["PS1='> '", quoted, 'printf "%s" "$PS1"', "LOOK"], tmp_path)
    assert told.out == "(env) > "
    assert told.moments[0]["CONDA_PREFIX"] == str(prefix)


@pytest.mark.parametrize("shell", POSIX, ids=str)
def test_nothing_of_ours_stays_behind(shell: Shell, tmp_path: Path) -> None:
    prefix = make_prefix(tmp_path / "env")
    lines = [activate(shell, prefix), "deactivate", "set"]
    said = tell(shell, lines, tmp_path).out
    left = [line for line in said.splitlines() if "caddis" in line.partition("=")[0]]
    assert left == []
