"""How cost grows with the number of packages: `python -m bench.growth -o docs`.

Each environment is a venv with 10, 100 or 1,000 generated packages, each of 20 modules
and 100 kB of data; the last has about 24,000 files. Writes growth.md, a table
of medians, and growth.svg, the same as curves on logarithmic scales.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path

from bench.drawing import drawing
from bench.measure import CADDIS, Case, Cost, compare, kept_until_the_end
from tests.support.channel.real import CACHE

COUNTS = (10, 100, 1000)
MODULES = 20
DATA = 100_000
"""Bytes of data a package, half of it hard to compress."""
JOBS = ("pack, nothing cached", "pack, frames cached", "unpack")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--out", type=Path, help="folder for growth.md and .svg")
    args = parser.parse_args()
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    work = CACHE / "bench"
    work.mkdir(parents=True, exist_ok=True)
    with kept_until_the_end(work) as aside:
        costs = {count: measure(count, work, args.rounds, aside) for count in COUNTS}
    text = table(costs)
    print(text)
    if args.out:
        (args.out / "growth.md").write_text(text, encoding="utf-8")
        curves = {
            job: [(float(count), costs[count][job].cpu) for count in COUNTS]
            for job in JOBS
        }
        text = drawing(curves, unit="packages", seconds=(0.1, 1, 10, 100))
        (args.out / "growth.svg").write_text(text, encoding="utf-8")


def measure(count: int, work: Path, rounds: int, aside: Path) -> dict[str, Cost]:
    """Time the three jobs on an environment of *count* packages."""
    prefix = generated(work / f"growth-{count}", count)
    cold, warm = work / "growth.tar.zst", work / "growth.warm.tar.zst"
    cache, there = work / "caddis", work / "growth-there"
    pack = (CADDIS, "pack", "-q", "-p", str(prefix), "-o")
    first = ("env", f"CADDIS_CACHE_DIR={cache}", *pack, str(warm))
    unpack = (CADDIS, "unpack", "-q", str(cold), "-p", str(there))
    cases = (
        Case(name=JOBS[0], command=(*pack, str(cold)), output=cold, cold=True),
        Case(name=JOBS[1], command=(*pack, str(warm)), output=warm, prepare=first),
        Case(name=JOBS[2], command=unpack, output=there),
    )
    return compare(cases, rounds=rounds, cache=cache, aside=aside)


def generated(prefix: Path, count: int) -> Path:
    """Make a venv with *count* packages, the same at each call."""
    if (prefix / "complete").exists():
        return prefix
    venv = [sys.executable, "-m", "venv", "--without-pip", "--clear", str(prefix)]
    subprocess.run(venv, check=True)
    (packages,) = prefix.glob("lib/python3*/site-packages")
    chance = random.Random(count)
    for number in range(count):
        add_package(packages, f"made_{number:04}", chance)
    (prefix / "complete").touch()
    return prefix


def add_package(packages: Path, name: str, chance: random.Random) -> None:
    """Write one installed distribution."""
    files = {f"{name}/part_{n}.py": source(chance).encode() for n in range(MODULES)}
    half = chance.randbytes(DATA // 2)
    files[f"{name}/data.bin"] = half + bytes(DATA - len(half))
    info = f"{name}-1.0.dist-info"
    files[f"{info}/METADATA"] = f"Name: {name}\nVersion: 1.0\n".encode()
    files[f"{info}/WHEEL"] = b"Tag: py3-none-any\n"
    record = "".join(f"{path},,{len(content)}\n" for path, content in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    for path, content in files.items():
        place = packages / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)


def source(chance: random.Random) -> str:
    """Write a module of a hundred lines."""
    return "".join(
        f"value_{line} = {chance.randrange(10**6)} * (offset + {line})\n"
        for line in range(100)
    )


def table(costs: dict[int, dict[str, Cost]]) -> str:
    """Write the medians, and how each grew from the row above."""
    lines = ["| packages | job | wall s | CPU s | peak MiB |", "|---|---|---|---|---|"]
    for count, jobs in costs.items():
        lines += [
            f"| {count:,} | {job} | {c.wall:.2f} | {c.cpu:.2f} | {c.peak:.0f} |"
            for job, c in jobs.items()
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
