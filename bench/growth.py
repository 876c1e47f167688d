"""How the cost grows with the environment: `python -m bench.growth -o table.md`.

Conda environments of 10, 100 and 1,000 generated packages of equal size are packed
and unpacked. Linear growth shows as the same milliseconds a package in each row.
"""

from __future__ import annotations

import argparse
import random
import shutil
from pathlib import Path

from bench.measure import Case, Cost, compare, row
from bench.pack import CADDIS, caddis_pack
from tests.support.channel import (
    File,
    Package,
    index_channel,
    install_prefix,
    write_package,
)
from tests.support.channel.real import CACHE

FILES = 20
"""In each package."""
SIZE = 10_000
"""Bytes of each file, about as compressible as source code."""


def main() -> None:
    """Measure each size and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("-o", "--out", type=Path, help="also write the table here")
    args = parser.parse_args()
    work = CACHE / "growth"
    shutil.rmtree(work, ignore_errors=True)
    head = ["packages", "files", "MiB"]
    for verb in ("pack", "pack, cached", "unpack"):
        head += [f"{verb}: CPU s", "ms a package", "peak MiB"]
    lines = [row(head), row(["---"] * len(head))]
    lines += [measured(size, work / str(size), args.rounds) for size in args.sizes]
    text = "\n".join(lines) + "\n"
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


def measured(count: int, work: Path, rounds: int) -> str:
    """Measure an environment of *count* packages and write its line."""
    prefix = environment(count, work)
    costs = compare(cases(prefix, work), rounds=rounds, cache=work / "caddis")
    files = count * FILES
    cells = [f"{count:,}", f"{files:,}", f"{files * SIZE / 2**20:.0f}"]
    for cost in costs.values():
        cells += [f"{cost.cpu:.2f}", each(cost, count), f"{cost.peak:.0f}"]
    return row(cells)


def each(cost: Cost, count: int) -> str:
    """Give the milliseconds that one package takes."""
    return f"{cost.cpu / count * 1000:.1f}"


def environment(count: int, work: Path) -> Path:
    """Install *count* generated packages."""
    channel = work / "channel"
    for number in range(count):
        write_package(generated(number), channel)
    names = [f"generated-{number}" for number in range(count)]
    url = index_channel(channel)
    return install_prefix(url, names, work / "env", cache=work / "pkgs")


def generated(number: int) -> Package:
    """Make a package of lines that repeat as code does, and differ from others'."""
    chance = random.Random(number)
    words = [f"{chance.getrandbits(40):x}" for _ in range(300)]
    files = {
        f"lib/generated-{number}/{name}.py": File(content=text(chance, words))
        for name in range(FILES)
    }
    return Package(name=f"generated-{number}", files=files)


def text(chance: random.Random, words: list[str]) -> bytes:
    """Write one file."""
    return " ".join(chance.choices(words, k=SIZE // 10)).encode()[:SIZE]


def cases(prefix: Path, work: Path) -> tuple[Case, ...]:
    """Pack with an empty cache, pack with a full one, unpack."""
    cold, warm, target = work / "cold.tar.zst", work / "warm.tar.zst", work / "out"
    fill = f"CADDIS_CACHE_DIR={work}/caddis {' '.join(caddis_pack(prefix, cold))} -q"
    unpack = (CADDIS, "unpack", "-q", str(warm), "-p", str(target))
    return (
        Case(
            name="pack", command=caddis_pack(prefix, cold, "-q"), output=cold, cold=True
        ),
        Case(
            name="cached",
            command=caddis_pack(prefix, warm, "-q"),
            output=warm,
            prepare=("sh", "-ec", fill),
        ),
        Case(name="unpack", command=unpack, output=target),
    )


if __name__ == "__main__":
    main()
