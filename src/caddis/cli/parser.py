"""Reading a command's words, with mistakes told as every other one is."""

from __future__ import annotations

from argparse import ArgumentParser, HelpFormatter, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import NoReturn

from caddis.errors import UsageError

_ANY_WIDTH = 80


class CommandParser(ArgumentParser):
    """An ArgumentParser that raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into an error with a hint."""
        raise UsageError(message, hint=f"{self.prog} --help tells what it takes.")


class _Unread(RawDescriptionHelpFormatter):
    """Writes what nobody sees, and so does not ask how wide the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_ANY_WIDTH)


def formatter_for(words: Sequence[str]) -> type[HelpFormatter]:
    """Give what writes help; argparse makes one for each option, asked for or not."""
    asked = any(word in {"-h", "--help"} for word in words)
    return RawDescriptionHelpFormatter if asked else _Unread
