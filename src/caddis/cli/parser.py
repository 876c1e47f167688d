"""Reading a command's words, with mistakes told as every other one is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import NoReturn

from caddis.errors import UsageError


class CommandParser(ArgumentParser):
    """An ArgumentParser that raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Turn what argparse found into an error with a hint."""
        raise UsageError(message, hint=f"{self.prog} --help tells what it takes.")
