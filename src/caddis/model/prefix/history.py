"""`conda-meta/history`: what was asked of conda, and from which channels.

Every change of a prefix adds a header with the time, comments, and a line with + or -
for each package. https://github.com/conda/conda/blob/main/conda/history.py
"""

from __future__ import annotations

import ast
import re
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.model.urls import channel_name, public

if TYPE_CHECKING:
    from caddis.model.lock import LockedPackage

_SPECS = re.compile(
    r"# *(?P<action>update|install|remove|uninstall|neutered)? *specs: *(?P<specs>.*)"
)
_DEFAULTS = re.compile(r"https://repo\.anaconda\.com/pkgs/(?:main|r|msys2)$")
"""Channels that conda takes for one."""
_NAME = re.compile(r"(?:[^\s\[]+::)?(?P<name>[\w.-]+)")
_COMMAND = "# cmd: "
_OF_CADDIS = "# cmd: caddis sync"
_TIME = "==> %Y-%m-%d %H:%M:%S <=="
_HEADER = re.compile(r"^==> .*? <==$", re.MULTILINE)
_PROGRAM = re.compile(r"^(# cmd: )\S*[/\\]", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What the history of a prefix tells."""

    specs: Mapping[str, str] = field(default_factory=dict)
    """Match spec by package name: what is asked for in the end."""
    channels: tuple[str, ...] = ()
    """Named on command lines (`-c`), the last command's first."""


def read_history(prefix: Path) -> History:
    """Read the history of *prefix*; an empty one when there is none to read."""
    try:
        text = (prefix / "conda-meta" / "history").read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return History()
    specs: dict[str, str] = {}
    channels: list[str] = []
    for line in text.splitlines():
        if line.startswith(_OF_CADDIS):
            # A sync tells everything that is asked for, not what is new.
            specs = {}
        elif line.startswith(_COMMAND):
            channels = [*_channels(line.removeprefix(_COMMAND)), *channels]
        elif found := _SPECS.match(line):
            _apply(specs, found["action"] or "update", found["specs"])
    return History(specs=specs, channels=tuple(dict.fromkeys(channels)))


def write_entry(
    *,
    at: float,
    removed: Iterable[str] = (),
    added: Iterable[str] = (),
    gone: Sequence[str] = (),
    specs: Sequence[str],
) -> str:
    """Describe one sync in the form of conda.

    *at* is its time, in seconds; *removed* and *added* are packages as `listed` gives
    them, *gone* and *specs* the match specs that are no longer asked
    for and those that are.
    """
    lines = [time.strftime(_TIME, time.gmtime(at)), _OF_CADDIS]
    lines += (f"-{package}" for package in sorted(removed))
    lines += (f"+{package}" for package in sorted(added))
    if gone:
        lines.append(f"# remove specs: {list(gone)}")
    lines.append(f"# update specs: {list(specs)}")
    return "\n".join(lines) + "\n"


def listed(package: LockedPackage) -> str:
    """Name a package as conda does: `conda-forge/linux-64::numpy-2.4.6-py314_0`."""
    channel = _DEFAULTS.sub("defaults", channel_name(package.channel))
    plain = f"{package.name}-{package.version}-{package.build}"
    return f"{channel}/{package.subdir}::{plain}" if channel else plain


def still_listed(prefix: Path) -> dict[str, str]:
    """Map `name-version-build` to how the history of *prefix* names that package.

    Who removes it has to name it in the same way, or it is there for ever.
    """
    try:
        text = (prefix / "conda-meta" / "history").read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    lines = (line[1:].strip() for line in text.splitlines() if line.startswith("+"))
    return {line.rpartition("::")[2]: line for line in lines}


def public_history(text: str) -> str:
    """Take out of a history what is nobody's business, or tells of one machine.

    That are secrets in URLs, the days of the changes, and the folder of the program
    that made them.
    """
    # Here, because a sync needs nothing of archives.
    from caddis.model.archive import EPOCH

    text = _HEADER.sub(time.strftime(_TIME, time.gmtime(EPOCH)), public(text))
    return _PROGRAM.sub(r"\1", text)


def spec_name(spec: str) -> str:
    """Find the package that a match spec is about; empty when it names none."""
    found = _NAME.match(spec.strip())
    return found["name"].lower() if found else ""


def _apply(specs: dict[str, str], action: str, text: str) -> None:
    for spec in _read_list(text):
        name = spec_name(spec)
        if action in {"remove", "uninstall"}:
            specs.pop(name, None)
        elif name:
            specs[name] = spec


def _read_list(text: str) -> list[str]:
    """Read what conda writes as a Python list, and its older comma-separated form."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return [part.strip() for part in text.split(",") if part.strip()]
    return [str(spec) for spec in found] if isinstance(found, (list, tuple)) else []


def _channels(command: str) -> Iterator[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    for number, word in enumerate(words):
        if word in {"-c", "--channel"} and number + 1 < len(words):
            yield words[number + 1]
        elif word.startswith("--channel="):
            yield word.partition("=")[2]
