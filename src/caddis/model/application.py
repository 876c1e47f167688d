"""What makes an archive an application: a command that runs the project's code."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from caddis.errors import UsageError

APP = "app"
"""Folder, relative to the prefix, that the project's own files are imported from."""

_NAMED = re.compile(r"(?P<name>[\w.+-]+)=(?P<command>.+)", re.DOTALL)
_FUNCTION = re.compile(r"(?P<module>[\w.]+):(?P<attribute>[\w.]+)")
_PYTHON = re.compile(r"python[\d.]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class AppCommand:
    """A command in `bin/` and what it runs."""

    name: str
    module: str = ""
    """Of the function to call; empty for a command line."""
    attribute: str = ""
    """The function, dotted or not."""
    words: tuple[str, ...] = ()
    """The command line: a program of the environment and its first arguments."""


def read_command(text: str) -> AppCommand:
    """Read `NAME=module:function`, `python -m module` or `NAME=program argument …`.

    Raises:
        UsageError: it has another form, or no name and none that can be derived.
    """
    named = _NAMED.fullmatch(text.strip())
    name, command = (named["name"], named["command"]) if named else ("", text)
    function = _FUNCTION.fullmatch(command.strip())
    if function and name:
        module, attribute = function["module"], function["attribute"]
        return AppCommand(name=name, module=module, attribute=attribute)
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise UsageError(f"--entry {text!r} cannot be read: {error}") from None
    name = name or _derived_name(words)
    if not name or not words or function:
        raise UsageError(
            f"--entry {text!r} names no command",
            hint='As in: --entry plot=package.module:main, --entry "python -m package"'
            ' or --entry "serve=gunicorn app:app".',
        )
    return AppCommand(name=name, words=words)


def is_python(word: str) -> bool:
    """Say whether *word* calls the environment's interpreter."""
    return _PYTHON.fullmatch(word) is not None


def _derived_name(words: tuple[str, ...]) -> str:
    """Name `python -m package.tool` and `python tool.py` after the tool."""
    if len(words) > 2 and is_python(words[0]) and words[1] == "-m":
        return words[2].removesuffix(".__main__").rpartition(".")[2]
    if len(words) > 1 and is_python(words[0]) and words[1].endswith(".py"):
        return words[1].rpartition("/")[2].removesuffix(".py")
    return ""
