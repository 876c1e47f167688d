"""Run commands side by side and tell what they cost."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CADDIS = str(Path(sys.executable).with_name("caddis"))
UV = str(Path(sys.executable).with_name("uv"))
MIB = 1 << 20
_TIMED = str(Path(__file__).with_name("timed.py"))
_TAKE_MEMORY = str(Path(__file__).with_name("memory.py"))
_MEMORY = 1024
"""MiB that are at hand when a run starts: more than any of them writes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One way to do the job."""

    name: str
    command: tuple[str, ...]
    output: Path
    """What the command makes; gone before each run, measured after it."""
    cold: bool = False
    """Give caddis an empty cache at each run."""
    prepare: tuple[str, ...] = ()
    """A command to run before, outside the measurement."""
    warm: bool = False
    """Run the command itself once before, outside the measurement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """One table: its title, its cases, and what they are compared with."""

    title: str
    cases: tuple[Case, ...]
    base: str
    """The name of the case that the ratios are to."""
    sizes: bool = False
    """Tell the sizes of the outputs, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one run took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of user and system time, children included."""
    peak: float
    """MiB of the largest process."""
    size: float
    """MiB of the output, when it is a file."""


def machine() -> str:
    """Say where this ran."""
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {python}"


@contextmanager
def kept_until_the_end(work: Path) -> Iterator[Path]:
    """Give a folder for what the runs made, on the disk of *work*.

    For some minutes ext4 does not use the inodes of removed files again, but looks at
    each of them whenever it makes a file. Removing an environment before the next is
    written made every tool three times slower, and the fastest most of all. So nothing
    large should have been removed for five minutes before a run, either.
    """
    aside = Path(tempfile.mkdtemp(dir=work, prefix="made-"))
    try:
        yield aside
    finally:
        shutil.rmtree(aside)


def section(bench: Bench, *, rounds: int, cache: Path, aside: Path) -> str:
    """Measure *bench* and write its title and table."""
    costs = compare(bench.cases, rounds=rounds, cache=cache, aside=aside)
    return f"\n### {bench.title}\n\n{table(costs, base=bench.base, sizes=bench.sizes)}"


def compare(
    cases: Sequence[Case], *, rounds: int, cache: Path, aside: Path
) -> dict[str, Cost]:
    """Run every case once a round, so that a busy minute hits all alike; medians.

    Folders that were made go to *aside*.
    """
    samples: dict[str, list[Cost]] = {case.name: [] for case in cases}
    for _ in range(rounds):
        for case in cases:
            put_aside(case.output, aside)
            samples[case.name].append(_run(case, cache, aside))
    return {name: _median(costs) for name, costs in samples.items()}


def table(costs: Mapping[str, Cost], *, base: str, sizes: bool) -> str:
    """Write *costs* as a Markdown table, with ratios to the case *base*."""
    head = ["", "wall s", "CPU s", "wall ratio", "CPU ratio", "peak MiB"]
    head += ["size MiB", "size ratio"] if sizes else []
    lines = [row(head), row(["---"] * len(head))]
    for name, cost in costs.items():
        cells = [name, f"{cost.wall:.2f}", f"{cost.cpu:.2f}"]
        cells.append(f"{cost.wall / costs[base].wall:.3f}")
        cells += [f"{cost.cpu / costs[base].cpu:.3f}", f"{cost.peak:.0f}"]
        if sizes and cost.size:
            ratio = cost.size / costs[base].size
            cells += [f"{cost.size:.1f}", f"{ratio:.2f}"]
        elif sizes:
            cells += ["", ""]
        lines.append(row(cells))
    return "\n".join(lines) + "\n"


def row(cells: Sequence[str]) -> str:
    """Write one line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def _run(case: Case, cache: Path, aside: Path) -> Cost:
    if case.prepare:
        subprocess.run(case.prepare, check=True)
    with tempfile.TemporaryDirectory(dir=cache.parent) as empty:
        chosen = empty if case.cold else str(cache)
        environment = {**os.environ, "CADDIS_CACHE_DIR": chosen}
        # Programs are installed with their bytecode; so shall they be measured.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        report = Path(empty, "cost.json")
        timed = [sys.executable, "-IS", _TIMED, str(report), *case.command]
        if case.warm:
            subprocess.run(
                case.command, env=environment, capture_output=True, check=True
            )
            put_aside(case.output, aside)
        _settle()
        done = subprocess.run(
            timed, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{case.name} failed: {done.stderr}")
        cost = json.loads(report.read_text(encoding="utf-8"))
    made = case.output
    return Cost(**cost, size=made.stat().st_size / MIB if made.is_file() else 0.0)


def _settle() -> None:
    """Let every run start alike: nothing waits for the disk, and memory is at hand."""
    os.sync()
    take = [sys.executable, "-IS", _TAKE_MEMORY, str(_MEMORY)]
    subprocess.run(take, check=True)


def put_aside(path: Path, aside: Path) -> Path:
    """Let nothing be at *path*: a folder goes to *aside*, a file is removed."""
    if path.is_dir():
        path.rename(Path(tempfile.mkdtemp(dir=aside)) / path.name)
    else:
        path.unlink(missing_ok=True)
    return path


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        peak=median(cost.peak for cost in costs),
        size=median(cost.size for cost in costs),
    )
