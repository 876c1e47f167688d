"""Asks which of several packages a project wants, and writes the answer down."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import ProjectError
from caddis.model.whole import write_whole
from caddis.ports.names import NOTHING, FindNames, Known

if TYPE_CHECKING:
    from caddis.model.imports import Import
    from caddis.model.requirements import Ecosystem, Requirements
    from caddis.stages.requirements import Choice


def can_ask(args: Namespace) -> bool:
    """Say whether a terminal is at both ends, and no option asks for silence."""
    silent = (getattr(args, name, False) for name in ("quiet", "json", "check"))
    return sys.stdin.isatty() and sys.stderr.isatty() and not any(silent)


def read_terminal(question: str) -> str:
    """Ask on stderr, for stdout is for results; an end of input is no answer."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


def asking(
    find: FindNames, path: Path, *, read: Callable[[str], str] = read_terminal
) -> FindNames:
    """Make *find* ask where several packages would do, and note answers in *path*."""

    def find_and_ask(
        imports: Iterable[Import], ecosystem: Ecosystem, known: Known = NOTHING
    ) -> Requirements:
        from caddis.stages.requirements import open_choices

        found = find(imports, ecosystem, known)
        choices = open_choices(found)
        if not choices:
            return found
        answers = ask(choices, read=read)
        write_providers(path, answers)
        wanted = {**known.providers, **answers}
        return find(imports, ecosystem, replace(known, providers=wanted))

    return find_and_ask


def ask(
    choices: Sequence[Choice], *, read: Callable[[str], str] = read_terminal
) -> dict[str, str]:
    """Ask for each choice; an empty answer takes the default."""
    return {choice.module: _ask_one(choice, read) for choice in choices}


def _ask_one(choice: Choice, read: Callable[[str], str]) -> str:
    names = (choice.default, *choice.others)
    lines = (f"  {number}. {name}" for number, name in enumerate(names, 1))
    question = "\n".join((f"{choice.module} is in several packages:", *lines, "[1] "))
    while True:
        answer = read(question).strip() or "1"
        if answer in names:
            return answer
        if answer.isdecimal() and 1 <= int(answer) <= len(names):
            return names[int(answer) - 1]
        question = f"a number from 1 to {len(names)}, or a name: "


def write_providers(path: Path, chosen: Mapping[str, str]) -> None:
    """Add *chosen* to `[tool.caddis.providers]`; all else stays as it is written.

    Raises:
        ProjectError: the file is not TOML, or has something else in that place.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        document = tomlkit.parse(text)
        table = document
        for key in ("tool", "caddis", "providers"):
            is_outer = key != "providers"
            table = table.setdefault(key, tomlkit.table(is_super_table=is_outer))
        table.update(chosen)
    except (TOMLKitError, AttributeError, TypeError) as error:
        raise ProjectError(
            f"{path} has no place for [tool.caddis.providers]: {error}",
            hint="Mend the file, or write the table by hand.",
        ) from None
    write_whole(path, tomlkit.dumps(document))
