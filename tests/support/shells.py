"""Real shells, asked what their environment is at several moments."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_OF_THE_SHELL = frozenset({"_", "SHLVL", "PWD", "OLDPWD", "MOMENTS"})
"""Variables that shells change by themselves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """How one shell is called and how it reads a file."""

    command: tuple[str, ...]
    activate: str = '. "{prefix}/bin/activate"'
    setup: str = ""
    """What comes before everything else, as `set -eu`."""
    hook: str = 'export {name}="{value}"'
    unhook: str = "unset {name}"
    ending: str = "sh"
    """Of the scripts in activate.d that it takes."""

    def __str__(self) -> str:
        return " ".join((self.command[0], *self.setup.split()))


CSH = {
    "activate": 'source "{prefix}/bin/activate.csh"',
    "hook": "setenv {name} '{value}'",
    "unhook": "unsetenv {name}",
    "ending": "csh",
}
FISH = {
    "activate": 'source "{prefix}/bin/activate.fish"',
    "hook": "set -gx {name} '{value}'",
    "unhook": "set -e {name}",
    "ending": "fish",
}
SHELLS = (
    Shell(command=("dash",)),
    Shell(command=("dash",), setup="set -eu"),
    Shell(command=("bash", "--norc")),
    Shell(command=("bash", "--norc"), setup="set -eu"),
    Shell(command=("bash", "--norc", "--posix"), setup="set -o pipefail -eu"),
    Shell(command=("zsh", "-f")),
    Shell(command=("zsh", "-f"), setup="set -eu"),
    Shell(command=("fish", "--no-config"), **FISH),
    Shell(command=("tcsh", "-f"), **CSH),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a shell said, and its environment whenever it was asked for."""

    moments: tuple[Mapping[str, str], ...]
    out: str
    errors: str


def run_shell(
    shell: Shell, lines: Sequence[str], folder: Path, env: Mapping[str, str]
) -> Told:
    """Run *lines* in *shell*; the line `LOOK` notes the environment.

    Raises:
        AssertionError: the shell ended with a failure.
    """
    moments = folder / "moments"
    moments.mkdir()
    script = [shell.setup]
    for line in lines:
        number = len(script)
        look = f'/usr/bin/env -0 > "{moments}/{number:03}"'
        script.append(look if line == "LOOK" else line)
    done = subprocess.run(
        [*shell.command, "-c", "\n".join(script)],
        env={"PATH": os.defpath, "HOME": str(folder), **env},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stdout}{done.stderr}"
    seen = tuple(_variables(path) for path in sorted(moments.iterdir()))
    return Told(moments=seen, out=done.stdout, errors=done.stderr)


def _variables(path: Path) -> dict[str, str]:
    pairs = (
        text.partition("=")
        for text in path.read_text(encoding="utf-8").split("\0")
        if text
    )
    return {name: value for name, _, value in pairs if name not in _OF_THE_SHELL}
