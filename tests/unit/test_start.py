"""Starting caddis costs little, because engines are imported when they are used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.cli.commands import COMMANDS

HEAVY = ("rattler", "uv", "rich", "zstandard", "elftools", "tomlkit", "ruamel", "isal")


def modules_after(code: str) -> set[str]:
    show = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_answering_who_caddis_is_loads_no_engine(option: str) -> None:
    loaded = modules_after(f"from caddis.cli import main; main([{option!r}])")
    assert not loaded & {*HEAVY, "asyncio", "argparse"}


def test_importing_the_library_loads_no_engine() -> None:
    assert not modules_after("import caddis") & {*HEAVY, "asyncio", "argparse"}


def test_compiling_does_without_dataclasses() -> None:
    # They bring `inspect`: together as long as all else that is imported.
    code = (
        "import caddis.cli.commands.compile, caddis.stages.compile, caddis.adapters.uv"
    )
    assert "dataclasses" not in modules_after(code)


def test_plain_declarations_are_read_without_the_parsers_of_all_others(
    tmp_path: Path,
) -> None:
    environment, more = tmp_path / "environment.yml", tmp_path / "requirements.in"
    environment.write_text("dependencies:\n- numpy\n- pip:\n  - -r requirements.in\n")
    more.write_text("rich>=13\n")
    code = f"""
from pathlib import Path
from caddis.stages.declare import declare
found = declare(Path({str(tmp_path)!r}), [Path({str(environment)!r})])
assert [r.name for r in found.requirements] == ["numpy", "rich"]"""
    assert not modules_after(code) & {"ruamel", "packaging"}


def test_the_verbs_are_functions_of_the_library() -> None:
    code = "import caddis; assert all(callable(getattr(caddis, v)) for v in "
    modules_after(code + "('scan', 'lock', 'sync', 'record', 'pack', 'unpack'))")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    assert f"usage: caddis {name}" in capsys.readouterr().out


def test_help_tells_defaults_and_what_may_be_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["relax", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "before what was found is taken (default: 50)" in told
    assert "packages that must stay as they are; may be repeated" in told


def test_a_slip_of_the_finger_gets_a_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["unpakc"]) == 2
    assert "did you mean 'unpack'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "here"),
    [
        ("install", "caddis sync"),
        ("activate", "caddis run"),
        ("list", "caddis export"),
    ],
)
def test_a_word_of_another_tool_gets_ours(
    word: str, here: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word, "numpy"]) == 2
    assert here in capsys.readouterr().err


def test_a_misspelt_option_gets_a_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lock", "--pyhton", "3.11"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: caddis lock does not take '--pyhton'",
        "hint: did you mean '--python'?",
    ]


def test_help_takes_the_name_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["help", "lock"])
    assert "usage: caddis lock" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--help"], ["names", "show", "cv2"]])
def test_a_reader_that_has_gone_away_is_no_error(words: list[str]) -> None:
    # What `caddis … | head -1` comes to, without a race for who is first.
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "caddis", *words],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


FEW_LETTERS = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_what_others_read_is_utf_8_on_every_system(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("import größe\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "caddis", "scan", tmp_path, "--format", "json"],
        env={**os.environ, **FEW_LETTERS},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["imports"][0]["module"] == "größe"


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals there")
def test_a_terminal_with_few_letters_breaks_no_output(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("import größe\n", encoding="utf-8")
    ours, terminal = os.openpty()
    subprocess.run(
        [sys.executable, "-m", "caddis", "scan", tmp_path],
        env={**os.environ, **FEW_LETTERS},
        stdout=terminal,
        check=True,
    )
    os.close(terminal)
    assert rb"gr\xf6\xdfe" in os.read(ours, 4096)
    os.close(ours)


@pytest.mark.skipif(os.name == "nt", reason="signals end no process there")
def test_ctrl_c_is_quiet_from_the_first_import() -> None:
    code = (
        "import os, signal, sys\n"
        # As in a shell: what runs in the background of one ignores Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from caddis.__main__ import main\n"
        "class Stop:\n"
        "    def find_spec(name, path=None, target=None):\n"
        "        if name == 'caddis.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop)\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_a_word_that_is_missing_is_told_in_two_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["pack", "folder"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: the following arguments are required: -o/--output",
        "hint: It takes at least: caddis pack -o OUT",
    ]


def test_a_platform_that_is_none_is_told_before_any_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["lock", "--platform", "linux-63"]) == 2
    assert "'linux-63' is no platform" in capsys.readouterr().err
