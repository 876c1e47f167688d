"""How a scan grows with its files: `python -m bench.scan_curve CORPUS -o docs`.

100 to 100,000 links to the files of the corpus, taken from all over it, in folders of
a hundred; beyond the corpus's size files come again under other names. Prints a table
of medians and writes scan-curve.svg, both of single processes with nothing cached.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.drawing import drawing
from bench.measure import CADDIS, Case, Cost, compare

SIZES = (100, 1_000, 10_000, 100_000)
A_FOLDER = 100
"""Files."""
STRIDE = 7919
"""A prime, so that files next to each other come from different projects."""


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", "--out", type=Path, help="folder for scan-curve.svg")
    args = parser.parse_args()
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    print("| files | wall s | CPU s | CPU ms a file | peak MiB |")
    print("|---|---|---|---|---|")
    costs = {}
    for size in SIZES:
        cost = costs[size] = measure(args.corpus, size, args.rounds)
        print(
            f"| {size:,} | {cost.wall:.2f} | {cost.cpu:.2f}"
            f" | {cost.cpu / size * 1000:.2f} | {cost.peak:.0f} |",
            flush=True,
        )
    if args.out:
        points = [(float(size), cost.cpu) for size, cost in costs.items()]
        text = drawing({"caddis scan": points}, unit="files", seconds=(0.1, 1, 10, 100))
        (args.out / "scan-curve.svg").write_text(text, encoding="utf-8")


def measure(corpus: Path, size: int, rounds: int) -> Cost:
    """Scan *size* files, which lie beside the corpus as long as that takes."""
    with tempfile.TemporaryDirectory(dir=corpus.parent) as work:
        tree = Path(work, "tree")
        link(corpus, tree, size)
        command = (CADDIS, "scan", "-q", "--no-cache", str(tree))
        case = Case(name="scan", command=command, output=Path(work, "none"))
        cache, aside = Path(work, "cache"), Path(work, "aside")
        aside.mkdir()
        return compare([case], rounds=rounds, cache=cache, aside=aside)[case.name]


def link(corpus: Path, tree: Path, size: int) -> None:
    """Fill *tree* with links to *size* files of *corpus*."""
    files = sorted(corpus.rglob("*.py"))
    for number in range(size):
        folder = tree / f"f{number // A_FOLDER}"
        if number % A_FOLDER == 0:
            folder.mkdir(parents=True)
        os.link(files[number * STRIDE % len(files)], folder / f"m{number}.py")


if __name__ == "__main__":
    main()
