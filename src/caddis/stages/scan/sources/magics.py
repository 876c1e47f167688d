"""What IPython adds to Python: magics, shell lines, help, installing from a cell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from caddis.stages.scan.lexer import read_thoroughly
from caddis.stages.scan.record import EMPTY, PLACE, Record, Told, joined
from caddis.stages.scan.sources.converted import SHELL, cells_called, with_magics
from caddis.stages.scan.sources.cython import read_cython
from caddis.stages.scan.sources.python import Reader, searched

_CELL_MAGIC = re.compile(
    r"(?:[ \t]*(?:#.*)?\n)*%%(?:script[ \t]+(?=python3?\b))?(\w+)[^\n]*"
)
_CELL_LINE = re.compile(r"^# %%", re.MULTILINE)
_OF_DATABRICKS = re.compile(
    r"(?:[ \t]*(?:#.*)?\n)*%(?:(?:sql|scala|r|sh|fs)[ \t]*\n|md\b)"
)
"""How cells of other languages begin where one sign stands for two."""
_STAYS_PYTHON = frozenset(
    """
    cache capture debug filprofile heat ipytest lprun manim memit mprun mypy notify
    prun px pyinstrument pypy python python3 scalene skip snakeviz time timeit
    viztracer wandb
    """.split()
)
_TIMED = re.compile(
    r"([ \t]*)(%(?:time|%?timeit)[ \t]+(?:(?:-[nr][ \t]*\d+|-\S+)[ \t]+)*)(.*)"
)
_EXTENSION = re.compile(r"([ \t]*)%(?:load_ext|reload_ext)[ \t]+([\w.]+)")
_PLOTTING = re.compile(r"([ \t]*)%(matplotlib|pylab)\b[ \t]*(\w*)")
_OF_PLOTTING = {"matplotlib": "matplotlib", "pylab": "numpy, matplotlib"}
_OF_IPYTHON = {"autoreload", "storemagic"}
_MAGIC = re.compile(
    r"[ \t]*(?:[%!?]|[\w.]+[ \t]*\?{1,2}[ \t]*$|(?:pip|conda|mamba)[ \t]+install[ \t]"
    r"|(?:cd|ls|cat|mkdir|rmdir|rm|cp|mv)[ \t]+"
    r"(?!(?:in|is|and|or|if|for|not)\b)[\w./~$\"'-][^=]*$)"
)
_OPERATOR = re.compile(r"[ \t]+%")
"""How a line may begin that goes on with a calculation."""
_ASSIGNED = re.compile(r"[ \t]*[\w.,\[\]'\" ()]+=[ \t]*[!%]")
_INSTALLS = re.compile(
    r"[ \t]*(?:[!%]{1,2}[ \t]*|(?=(?:pip|conda|mamba)[ \t]))"
    r"(?:sudo[ \t]+(?:-\S+[ \t]+)*)?"
    r"(?:(?:\{sys\.executable\}|python3?)[ \t]+-m[ \t]+)?"
    r"(?:uv[ \t]+)?(pip3?|conda|mamba|micromamba)[ \t]+install[ \t]+(.*)"
)
_COMMENTED = re.compile(r"\A# ([%!].*)|.*", re.DOTALL)
_COMMENTED_NEED = re.compile(
    r"^# (?=%(?:matplotlib|pylab|load_ext|reload_ext)\b)", re.MULTILINE
)
_CHANGES_PATH = re.compile(r"sys\.path|addsitedir|%cd[ \t]|os\.chdir\(")
_MOVES = re.compile(
    r"^%cd[ \t]+[\"']?([\w./ -]*[\w./])[\"']?[ \t]*$|^([^\n#]*)os\.chdir\(",
    re.MULTILINE,
)
"""How a notebook goes to another folder."""
_TAKES_VALUE = {
    *("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-t"),
    *("--target", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"),
    *("--prefix", "--root", "--channel", "--name", "-n", "-p", "--timeout"),
}


def installed_by_comments(source: str) -> Iterator[Told]:
    """Yield what the magics install that jupytext keeps as comments of a script."""
    lines = (_COMMENTED.sub(r"\1", line) for line in source.split("\n"))
    yield from _installed("\n".join(lines), "")


def with_needs(source: str) -> str:
    """Take out of comments the magics of a jupytext script that load something."""
    return _COMMENTED_NEED.sub("", source)


def read_cells(source: str, reader: Reader) -> Record:
    """Read a script whose cells, below lines of `# %%`, have magics in them."""
    starts = [0, *(found.start() for found in _CELL_LINE.finditer(source))]
    cells = [
        ("", "\n" * source.count("\n", 0, start) + source[start:end])
        for start, end in zip(starts, [*starts[1:], len(source)], strict=True)
    ]
    return read_each(cells, reader)


def read_each(cells: Sequence[tuple[str, str]], reader: Reader) -> Record:
    """Read *cells*, which share their names: the suffix of the path, and the text."""
    if not cells:
        return EMPTY
    one = reader._replace(is_cell=True)
    records = [read_cell(text, one, suffix=suffix) for suffix, text in cells]
    if any(_CHANGES_PATH.search(text) for _, text in cells):
        code = (_MOVES.sub(_adding, text) for _, text in cells if not _is_other(text))
        whole = "\n".join(map(plain_python, code))
        records.append(((), tuple(searched(whole)), ()))
    return joined(records)


def _adding(moves: re.Match[str]) -> str:
    """Add to the path where a notebook goes: its imports start where it is run."""
    folder, code = moves.groups()
    return f"sys.path.append({folder!r})" if folder else f"{code}sys.path.append("


def read_cell(cell: str, reader: Reader, *, suffix: str = "") -> Record:
    """Read one cell: its Python, what it installs, and the cells that it calls."""
    if SHELL not in cell:
        return _read_cell(cell, reader, suffix)
    found, told, troubles = joined(
        [
            _read_cell(with_magics(cell), reader, suffix),
            *(
                _moved(_read_cell(inner, reader, suffix), line)
                for line, inner in cells_called(cell)
            ),
        ]
    )
    return tuple(sorted(found, key=PLACE)), told, troubles


def _moved(record: Record, line: int) -> Record:
    """Tell all of a cell at the *line* whose text it is."""
    found, told, troubles = record
    return (
        tuple((shape, line, 0) for shape, *_ in found),
        tuple((*each[:-1], line) for each in told),
        tuple((*each[:-1], line) for each in troubles),
    )


def _read_cell(cell: str, reader: Reader, suffix: str) -> Record:
    magic = _last_magic(cell)
    told = tuple(_installed(cell, suffix))
    if magic and magic[1].lower().startswith("cython"):
        # It is compiled where it runs, so what it cimports is needed there.
        code = cell[: magic.start(1)].count("\n") * "\n" + cell[magic.end() :]
        found, _, troubles = read_cython(
            code.encode(errors="replace"), reader, suffix=suffix, group=""
        )
        return found, told, troubles
    if _is_other(cell):
        return (*EMPTY[:1], told, ()) if told else EMPTY
    found, declared, troubles = reader.read(
        plain_python(cell).encode(errors="replace"), suffix=suffix
    )
    return found, declared + told, troubles


def _is_other(cell: str) -> bool:
    """Say whether *cell* is in another language, or a file that it writes."""
    magic = _last_magic(cell)
    if magic and magic[1] not in _STAYS_PYTHON:
        return True
    return bool(_OF_DATABRICKS.match(cell))


def _last_magic(cell: str) -> re.Match[str] | None:
    """Find the magic of a whole cell: those that keep it Python may stand above."""
    magic = following = _CELL_MAGIC.match(cell)
    while following and following[1] in _STAYS_PYTHON:
        magic = following
        following = _CELL_MAGIC.match(cell, following.end())
    return following or magic


def plain_python(cell: str) -> str:
    """Take out what IPython adds to Python; lines keep their numbers."""
    lines = []
    continued = False
    for line in cell.split("\n"):
        if continued:
            lines.append("")
        elif _is_added(line) and not _goes_on(line, lines):
            lines.append(_replaced(line))
        else:
            lines.append(line)
            continue
        continued = line.endswith("\\")
    return "\n".join(lines)


def _is_added(line: str) -> bool:
    return bool(_MAGIC.match(line) or _ASSIGNED.match(line))


def _goes_on(line: str, before: list[str]) -> bool:
    """Say whether *line* begins with an operator, in brackets that *before* opened."""
    if not _OPERATOR.match(line):
        return False
    return bool(read_thoroughly("\n".join(before).encode(errors="replace")).problem)


def _replaced(line: str) -> str:
    """Keep the statement that a magic times and the modules that one loads."""
    timed = _TIMED.match(line)
    if timed:
        return timed[1] + "pass;".ljust(len(timed[2])) + timed[3]
    extension = _EXTENSION.match(line)
    if extension and extension[2] not in _OF_IPYTHON:
        return f"{extension[1]}import {extension[2]}"
    plotting = _PLOTTING.match(line)
    if plotting:
        indentation, magic, backend = plotting.groups()
        code = f"{indentation}import {_OF_PLOTTING[magic]}"
        return f'{code}; matplotlib.use("{backend}")' if backend else code
    return line[: len(line) - len(line.lstrip())] + "pass"


def _installed(cell: str, suffix: str) -> Iterator[Told]:
    """Yield what the lines of *cell* install."""
    logical = cell.replace("\\\n", "  ")
    for number, line in enumerate(logical.split("\n"), start=1):
        match = _INSTALLS.match(line)
        if match is None:
            continue
        ecosystem = "pypi" if match[1].startswith("pip") else "conda"
        for requirement in _requirements(match[2]):
            yield requirement, ecosystem, suffix, number


def _requirements(arguments: str) -> Iterator[str]:
    """Leave options, and what follows the command, out of its *arguments*."""
    lexer = shlex.shlex(arguments, posix=True, punctuation_chars="&;|")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        words = list(lexer)
    except ValueError:
        return
    value_follows = False
    for word in words:
        if word[0] in "&;|":
            return
        if value_follows or word.startswith("-"):
            value_follows = not value_follows and word in _TAKES_VALUE
        elif not word.startswith((".", "/", "{", "$")):
            yield word
