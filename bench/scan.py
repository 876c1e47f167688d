"""Measure `caddis scan` beside its peers, all in one run, nothing cached.

    python bench/scan_corpus.py FOLDER
    python -m bench.scan FOLDER [--peers all|none|NAME,…] [--limit S] [--repeat N]

Each peer gets an environment of its own. A run is a new process; wall and CPU seconds
(its own and its children's) and the size of the largest process are medians of N runs.
What took longer than a minute runs once; what takes longer than the limit is stopped,
and what does not come to its end is told. Files that are known to end a peer are left
out of its runs, and named.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.scan_peers import Tool, chosen_peers, own_tools

TIMED = str(Path(__file__).with_name("timed.py"))
LONG = 60
"""Seconds after which a tool is not run again."""


class Run(NamedTuple):
    """What one process cost."""

    wall: float
    cpu: float
    megabytes: float
    trouble: str = ""
    """Why it did not come to its end."""


def main() -> None:
    """Print a table of the tools."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", default="all", help="names, with commas")
    parser.add_argument("--limit", type=float, default=900, help="seconds a run")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    files = list(args.folder.rglob("*.py"))
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"| {len(files):,} files, {size:.0f} MB | wall s | CPU s | × | MB | |")
    print("|---|---|---|---|---|---|")
    base = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for tool in _tools(args.folder, args.peers.split(","), Path(scratch)):
            runs = list(_runs(tool, args.repeat, args.limit, Path(scratch)))
            base = base or statistics.median(run.cpu for run in runs)
            print(_row(tool, runs, base), flush=True)


def _tools(folder: Path, peers: Sequence[str], scratch: Path) -> Iterator[Tool]:
    yield from own_tools(folder)
    for peer in chosen_peers(peers):
        yield peer.tool(folder, scratch)


def _runs(tool: Tool, repeat: int, limit: float, scratch: Path) -> Iterator[Run]:
    """Run *tool* so often; a warm one has one run more, before."""
    if tool.name.endswith("again"):
        _measure(tool, limit, scratch)
    for _ in range(repeat):
        run = _measure(tool, limit, scratch)
        yield run
        if run.trouble or run.wall > LONG:
            return


def _measure(tool: Tool, limit: float, scratch: Path) -> Run:
    cost, errors = scratch / "cost.json", scratch / "errors"
    cost.unlink(missing_ok=True)
    cache = scratch / "cache"
    with errors.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-IS", TIMED, str(cost), *tool.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
            env={**os.environ, "CADDIS_CACHE_DIR": str(cache)},
            cwd=scratch,
            start_new_session=True,
        )
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return Run(limit, limit, 0, f"stopped after {limit:.0f} s")
    spent = json.loads(cost.read_text())
    trouble = _trouble(code, errors.read_text(errors="replace"), tool)
    return Run(spent["wall"], spent["cpu"], spent["peak"], trouble)


def _trouble(code: int, errors: str, tool: Tool) -> str:
    """Say how a run failed; many tools end with 1 for findings and for a crash."""
    last = (errors.strip().splitlines() or [""])[-1]
    crashed = code == 1 and "Traceback (most recent call last)" in errors
    if code in tool.done and not crashed:
        return ""
    return f"crashed ({code}): {last[:80]}"


def _row(tool: Tool, runs: Sequence[Run], base: float) -> str:
    """Write a line; *base* are the CPU seconds of caddis, to compare with."""
    wall = statistics.median(run.wall for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    megabytes = statistics.median(run.megabytes for run in runs)
    trouble = next((run.trouble for run in runs if run.trouble), "")
    notes = [trouble] if trouble else []
    if tool.left_out:
        notes.append(f"without {', '.join(tool.left_out)}")
    if len(runs) == 1 and not trouble:
        notes.append("one run")
    figures = f"{wall:.2f} | {cpu:.2f} | {cpu / base:.2f} | {megabytes:.0f}"
    if trouble.startswith("stopped"):
        figures = "| | |"
    return f"| {tool.name} | {figures} | {'; '.join(notes)} |"


if __name__ == "__main__":
    main()
