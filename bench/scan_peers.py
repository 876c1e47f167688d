"""The other tools that read imports, and how each is run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.peers import peer

READING = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                file.read()
"""
LINES = READING.replace("file.read()", "LINE.findall(file.read())").replace(
    "import os, sys",
    "import os, re, sys\nLINE = re.compile(rb'^\\s*(import|from)', re.M)",
)
PARSING = READING.replace("file.read()", "parse(file.read())").replace(
    "import os, sys",
    "import ast, os, sys, warnings\n"
    "warnings.simplefilter('ignore')\n"
    "def parse(data):\n"
    "    try:\n"
    "        ast.parse(data)\n"
    "    except (SyntaxError, ValueError):\n"
    "        pass\n",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """One way to find the imports of a folder."""

    name: str
    command: tuple[str, ...]
    done: frozenset[int] = frozenset({0})
    """Exit codes that say it came to its end."""
    left_out: tuple[str, ...] = ()
    """Files that it is spared, since they end it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """A tool of others, installed into an environment of its own."""

    name: str
    requirement: str
    options: tuple[str, ...]
    """`{folder}` is what to read, `{empty}` an empty requirements file."""
    program: str = ""
    """Where it is not called like the package."""
    done: frozenset[int] = frozenset({0})
    ended_by: bytes = b""
    """A pattern of code that ends it on the way."""
    leave_out: str = ""
    """The option before a pattern of paths that it shall not read."""

    def tool(self, folder: Path, scratch: Path) -> Tool:
        """Install it and say how to run it on *folder*, so that it comes to its end."""
        empty = scratch / "requirements.txt"
        empty.touch()
        options = [o.format(folder=folder, empty=empty) for o in self.options]
        left_out = tuple(_with(self.ended_by, folder)) if self.ended_by else ()
        for path in left_out:
            options += [self.leave_out, f".*{re.escape(path)}$"]
        program = peer(self.requirement, command=self.program)
        return Tool(
            name=self.name,
            command=(str(program), *options),
            done=self.done,
            left_out=left_out,
        )


def _with(code: bytes, folder: Path) -> Iterator[str]:
    """Yield the files below *folder* that have *code* in them."""
    for path in sorted(folder.rglob("*.py")):
        if path.is_file() and re.search(code, path.read_bytes()):
            yield path.relative_to(folder).as_posix()


_FINDINGS = frozenset({0, 1})
PEERS: Sequence[Peer] = (
    Peer(
        name="ruff check --select F401",
        requirement="ruff==0.17.5",
        options=("check", "--select=F401", "-n", "--isolated", "-s", "{folder}"),
        done=_FINDINGS,
    ),
    Peer(
        name="ruff analyze graph",
        requirement="ruff==0.17.5",
        options=("analyze", "graph", "--preview", "--isolated", "{folder}"),
    ),
    Peer(
        name="deptry",
        requirement="deptry==0.25.1",
        options=("--requirements-files", "{empty}", "{folder}"),
        done=_FINDINGS,
        # It takes `import_module(".x", package)` for the import of "", and raises.
        ended_by=rb"(?<![\w.])import_module\(\s*[\"']\.\w",
        leave_out="--extend-exclude",
    ),
    Peer(
        name="pip-missing-reqs",
        requirement="pip-check-reqs==3.1.0",
        program="pip-missing-reqs",
        options=("--requirements-file", "{empty}", "{folder}"),
        done=_FINDINGS,
    ),
    Peer(
        name="pipreqs",
        requirement="pipreqs==0.5.0",
        options=("--print", "--use-local", "--encoding=utf-8", "{folder}"),
    ),
    Peer(
        name="pigar",
        requirement="pigar==2.2.0",
        options=("generate", "--dry-run", "--question-answer", "no", "{folder}"),
    ),
    Peer(
        name="depfinder",
        requirement="depfinder==2.10.0",
        options=("-y", "{folder}"),
    ),
    Peer(
        name="FawltyDeps",
        requirement="fawltydeps==0.20.0",
        options=("--check", "--code", "{folder}", "--deps", "{empty}"),
        done=frozenset({0, 3, 4}),
    ),
    Peer(
        name="creosote",
        requirement="creosote==5.2.0",
        options=("--path", "{folder}", "--deps-file", "{empty}", "--venv", "."),
        done=_FINDINGS,
    ),
)
"""The fastest first."""


def own_tools(folder: Path) -> Iterator[Tool]:
    """Yield what caddis does, first, and the least that anybody could."""
    python, target = sys.executable, str(folder)
    caddis = (python, "-m", "caddis", "scan", target)
    yield Tool(name="caddis scan --no-cache", command=(*caddis, "--no-cache"))
    yield Tool(name="caddis scan, again", command=caddis)
    yield Tool(name="reading the bytes alone", command=(python, "-c", READING, target))
    yield Tool(name="a line regex alone", command=(python, "-c", LINES, target))
    yield Tool(name="ast.parse of every file", command=(python, "-c", PARSING, target))


def chosen_peers(names: Sequence[str]) -> tuple[Peer, ...]:
    """Choose peers by the beginning of their names; all of them for `all`."""
    wanted = tuple(name.lower() for name in names)
    if wanted == ("all",):
        return tuple(PEERS)
    return tuple(p for p in PEERS if wanted and p.name.lower().startswith(wanted))
