"""Reading a command's words, with mistakes told as every other one is."""

from __future__ import annotations

from argparse import (
    Action,
    ArgumentParser,
    HelpFormatter,
    Namespace,
    RawDescriptionHelpFormatter,
)
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from caddis.errors import UsageError

_ANY_WIDTH = 80
_MANY = frozenset({"*", "+"})


class CommandParser(ArgumentParser):
    """An ArgumentParser that raises instead of printing its usage and leaving."""

    def read(self, words: Sequence[str]) -> Namespace:
        """Read *words*, all of them.

        Raises:
            UsageError: a word is unknown, is missing, or has no value that it may.
        """
        args, unknown = self.parse_known_args(words)
        if unknown and any(action.nargs in _MANY for action in self._actions):
            # Of several names argparse takes those alone that no option divides.
            args, unknown = self.parse_known_intermixed_args(words)
        if unknown:
            raise UsageError(
                f"{self.prog} does not take {unknown[0]!r}",
                hint=self._hint_for(unknown[0]),
            )
        return args

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into an error with a hint."""
        hint = self._more_help
        if message.startswith("the following arguments are required"):
            hint = f"It takes at least: {self.prog} {self._least()}"
        raise UsageError(message, hint=hint)

    def _hint_for(self, word: str) -> str:
        # Here, because few words are unknown.
        from caddis.cli.other_words import option_hint

        known = option_hint(self.prog, word.partition("=")[0])
        return known or nearest(word, self._option_string_actions) or self._more_help

    def _least(self) -> str:
        """Write the words without which the command does nothing."""
        needed = (action for action in self._actions if action.required)
        return " ".join(word for action in needed for word in _words_of(action))

    @property
    def _more_help(self) -> str:
        return f"{self.prog} --help tells what it takes."


def add_folder(
    parser: ArgumentParser, told: str, *, unless_named: Path = Path()
) -> None:
    """Add the folder that a command is about."""
    parser.add_argument(
        "folder",
        nargs="?",
        default=unless_named,
        type=Path,
        metavar="FOLDER",
        help=told,
    )


def add_project_switch(parser: ArgumentParser) -> None:
    """Add what leaves out the project that a lock was made for."""
    parser.add_argument(
        "--no-project",
        action="store_true",
        help="leave the project itself out, not what it needs",
    )


def _words_of(action: Action) -> tuple[str, ...]:
    """Write an option by its first name and what stands for its value."""
    value = action.metavar or action.dest.upper()
    return (*action.option_strings[:1], str(value))


def nearest(word: str, known: Iterable[str]) -> str:
    """Ask whether one of the *known* words was meant; empty where none is alike."""
    from difflib import get_close_matches

    close = get_close_matches(word.partition("=")[0], list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""


class _Help(RawDescriptionHelpFormatter):
    """Tells of every option what holds without it, and whether it may be repeated."""

    def _get_help_string(self, action: Action) -> str:
        told = action.help or ""
        if not action.option_strings or action.nargs == 0:
            return told
        if isinstance(action.default, list):
            return f"{told}; may be repeated"
        return f"{told} (default: {action.default})" if action.default else told


class _Unread(RawDescriptionHelpFormatter):
    """Writes what nobody sees, and so does not ask how wide the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_ANY_WIDTH)


def formatter_for(words: Sequence[str]) -> type[HelpFormatter]:
    """Give what writes help; argparse makes one for each option, asked for or not."""
    asked = any(word in {"-h", "--help"} for word in words)
    return _Help if asked else _Unread
