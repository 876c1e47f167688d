"""Measure `caddis scan` beside its peers, all in one run, nothing cached.

    python bench/scan_corpus.py FOLDER
    python bench/scan.py FOLDER [--peers BIN] [--repeat N] [--curve] [TOOL …]

BIN is the bin folder of an environment with ruff, deptry, pipreqs and depfinder;
tools that are not there are left out. Each run is a new process; wall and CPU seconds
(its own and its children's) and the largest resident size are medians of N runs.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

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
SIZES = (100, 1_000, 10_000, 100_000)


class Run(NamedTuple):
    """What one process cost."""

    wall: float
    cpu: float
    megabytes: float


def main() -> None:
    """Print a table of the tools, or the curve of caddis alone."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("tools", nargs="*")
    args = parser.parse_intermixed_args()
    if args.curve:
        _print_curve(args.folder)
        return
    files = list(args.folder.rglob("*.py"))
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"| {len(files):,} files, {size:.0f} MB | wall s | CPU s | MB |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for name, command in _commands(args.folder, args.peers, Path(scratch)):
            if args.tools and not any(tool in name for tool in args.tools):
                continue
            runs = [_measure(command) for _ in range(args.repeat)]
            print(_row(name, runs), flush=True)


def _commands(
    folder: Path, peers: Path, scratch: Path
) -> Iterator[tuple[str, Sequence[str]]]:
    python, target = sys.executable, str(folder)
    caddis = [python, "-m", "caddis", "scan", target]
    yield "reading the bytes alone", [python, "-c", READING, target]
    yield "a line regex alone", [python, "-c", LINES, target]
    yield "caddis scan", [*caddis, "--no-cache"]
    subprocess.run(caddis, capture_output=True, check=False)
    yield "caddis scan, again", caddis
    candidates = {
        "ruff check F401": ["ruff", "check", "--select=F401", "-n", "--isolated", "-s"],
        "ruff analyze graph": ["ruff", "analyze", "graph", "--preview", "--isolated"],
        "deptry": ["deptry", "-o", str(scratch / "deptry.json")],
        "pipreqs": ["pipreqs", "--print", "--ignore-errors", "--encoding=utf-8"],
        "depfinder": ["depfinder", "-y"],
    }
    for name, (program, *options) in candidates.items():
        if shutil.which(str(peers / program)):
            yield name, [str(peers / program), *options, target]
    yield "ast.parse of every file", [python, "-c", PARSING, target]


def _measure(command: Sequence[str]) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    wall = time.perf_counter() - start
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _row(name: str, runs: Sequence[Run]) -> str:
    wall, cpu, megabytes = (
        statistics.median(column) for column in zip(*runs, strict=True)
    )
    return f"| {name} | {wall:.2f} | {cpu:.2f} | {megabytes:.0f} |"


def _print_curve(folder: Path) -> None:
    """Scan links to the first files of the corpus, more and more of them."""
    files = sorted(folder.rglob("*.py"))
    print("| files | wall s | CPU s | MB | CPU ms a file |\n|---|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            for number in range(size):
                place = Path(scratch) / f"{number % 100}" / f"m{number}.py"
                place.parent.mkdir(exist_ok=True)
                os.link(files[number * 7919 % len(files)], place)
            command = [sys.executable, "-m", "caddis", "scan", "-q", "--no-cache"]
            run = _measure([*command, scratch])
        print(
            f"| {size:,} | {run.wall:.2f} | {run.cpu:.2f} | {run.megabytes:.0f}"
            f" | {run.cpu / size * 1000:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
