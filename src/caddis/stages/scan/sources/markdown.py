"""Read the code cells of Quarto, R Markdown, MyST and jupytext documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from caddis.stages.scan.record import Record, left_out
from caddis.stages.scan.sources.languages import is_python, language_of
from caddis.stages.scan.sources.magics import read_each
from caddis.stages.scan.sources.python import Reader
from caddis.stages.scan.text import readable

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,}|:{3,}(?=\{code-cell\}))(.*)")
_EXECUTED = re.compile(
    r"\s*(?:\{(?:python3?\b(?!.*\beval\s*=\s*F)|code-cell\}\s*(?:i?python3?|$))"
    r"|python3?[ \t]+\{[^}]*\bmarimo\b|\{\.python[ .]+marimo\b)"
)
_NEVER_RUN = re.compile(
    r"\A---\n(?:(?!---\n).*\n)*?execute:[ \t]*\n"
    r"(?:[ \t]+.*\n)*?[ \t]+eval:[ \t]*false\b"
)
"""The front matter of a Quarto document none of whose cells is executed."""
_PLAIN = re.compile(r"\s*(?:python3?|py|\{\.python\b)", re.IGNORECASE)
_BARE = re.compile(r"\s*\{code-cell\}\s*$")
_FRONT_MATTER = re.compile(
    r"\A---\n(?=(?:(?!---\n).*\n)*?(?:jupyter|jupytext|kernelspec):"
    r")((?:(?!---\n).*\n)*?)---\n"
)
_ABOUT_KERNEL = re.compile(r"^[ \t]+(language|name|main_language):[ \t]*(\S+)", re.M)
_JUPYTEXT = re.compile(r"\A---\n(?:.*\n)*?[ \t]*jupytext:", re.MULTILINE)
_NOT_RUN = re.compile(r"#\|\s*eval:\s*false")


class Cell(NamedTuple):
    """One block of code."""

    line: int
    """Of its first line, from 1."""
    text: str
    is_bare: bool
    """Whether it leaves its language to the kernel."""


def read_markdown(data: bytes, reader: Reader) -> Record:
    """Read every cell that runs when the document is made; examples do not count."""
    text = readable(data).data.decode(errors="replace")
    language = _language(text)
    code = [
        ("", "\n" * (cell.line - 1) + cell.text)
        for cell in cells(text)
        if not cell.is_bare or is_python(language)
    ]
    if not code and not is_python(language):
        return left_out(f"a notebook of {language}")
    return read_each(code, reader)


def _language(text: str) -> str:
    """Name the language of the kernel that a document is written for."""
    front = _FRONT_MATTER.match(text)
    told = dict(_ABOUT_KERNEL.findall(front[1])) if front else {}
    jupytext = {"main_language": told.get("main_language")}
    return language_of({"kernelspec": told, "jupytext": jupytext})


def cells(text: str) -> Iterator[Cell]:
    """Yield the Python cells of a document that are executed."""
    if _NEVER_RUN.match(text):
        return
    executed = _PLAIN if _JUPYTEXT.match(text) else _EXECUTED
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        at += 1
        if fence is None:
            continue
        end = _end_of_fence(lines, at, fence[2])
        body = [line.removeprefix(fence[1]) for line in lines[at:end]]
        runs = executed.match(fence[3]) or _EXECUTED.match(fence[3])
        if runs and not any(map(_NOT_RUN.match, body)):
            code = "\n".join(_without_options(body))
            yield Cell(at + 1, code, bool(_BARE.match(fence[3])))
        at = end + 1


def _end_of_fence(lines: list[str], start: int, fence: str) -> int:
    for number in range(start, len(lines)):
        line = lines[number].strip()
        if line.startswith(fence) and not line.strip(fence[0]):
            return number
    return len(lines)


def _without_options(body: list[str]) -> list[str]:
    """Blank the options that MyST puts before the code."""
    options = 0
    if body[:1] == ["---"] and "---" in body[1:]:
        options = body.index("---", 1) + 1
    while options < len(body) and body[options].startswith(":"):
        options += 1
    return [""] * options + body[options:]
