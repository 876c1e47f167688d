"""Record, diff, clone and relax beside other tools: `python -m bench.environments`.

The environments are the real test channel's data-science environment and a venv of
the same packages; relaxing is tried on an export of 67 packages against a channel from
which many of them are gone. Medians; every round runs every case once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path
from statistics import median

from bench.measure import (
    CADDIS,
    UV,
    Case,
    compare,
    kept_until_the_end,
    machine,
    table,
)
from bench.pack import conda_environment, describe, shell, venv
from caddis.host import this_host
from caddis.stages.inventory import read_environment
from tests.support.channel.museum import (
    export,
    museum_channel,
    museum_index,
    pip_section,
)
from tests.support.channel.real import CACHE


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    work = CACHE / "bench-environments"
    work.mkdir(parents=True, exist_ok=True)
    prefixes = {"conda": conda_environment(work / "conda"), "venv": venv(work / "venv")}
    print(f"{machine()}, median of {args.rounds} rounds.")
    with kept_until_the_end(work) as aside:
        for name, prefix in prefixes.items():
            print(f"\n### {name}: {describe(prefix)}\n")
            print(f"read_environment: {reading(prefix, args.rounds):.3f} s\n")
            costs = compare(
                cases(prefix, work),
                rounds=args.rounds,
                cache=work / "caddis",
                aside=aside,
            )
            print(table(costs, base="cp -a", sizes=False))
    print(relaxing(work, args.rounds))


def cases(prefix: Path, work: Path) -> list[Case]:
    """List the ways to tell and to double an environment."""
    told, clone, copy = work / "told", work / "clone", work / "copy"
    lock = work / "lock"
    subprocess.run(
        [CADDIS, "record", "-q", "--force", "-p", str(prefix), "-o", str(lock)],
        check=True,
    )
    record = (CADDIS, "record", "-q", "-p", str(prefix), "-o", str(told))
    compared = (CADDIS, "diff", "-q", str(prefix), str(lock / "caddis.lock"))
    freeze = f"{UV} pip freeze --python {prefix} > {told}"
    return [
        Case(name="caddis record", command=record, output=told),
        Case(name="uv pip freeze", command=shell(freeze), output=told),
        Case(name="caddis diff", command=compared, output=told),
        Case(
            name="caddis clone",
            command=(CADDIS, "clone", "-q", str(prefix), str(clone)),
            output=clone,
        ),
        Case(name="cp -a", command=("cp", "-a", str(prefix), str(copy)), output=copy),
        Case(name="cp -al", command=("cp", "-al", str(prefix), str(copy)), output=copy),
    ]


def reading(prefix: Path, rounds: int) -> float:
    """Time the reading alone, in seconds, without the start of a process."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        read_environment(prefix, host=this_host())
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def relaxing(work: Path, rounds: int) -> str:
    """Time relaxing an old export, the whole command, with and without PyPI."""
    old = export(channel=museum_channel(work / "museum"))
    index = museum_index(work / "index")
    told = [relaxed(work / "conda.yml", old, [], rounds=rounds)]
    joint = old + pip_section()
    told.append(relaxed(work / "both.yml", joint, ["-i", index], rounds=rounds))
    return "### relax\n\n" + "\n".join(told) + "\n"


def relaxed(file: Path, text: str, options: list[str], *, rounds: int) -> str:
    """Relax *text*, written as *file*, and say what it took."""
    file.write_text(text, encoding="utf-8")
    seconds, found = [], {}
    for _ in range(rounds):
        start = time.perf_counter()
        done = subprocess.run(
            [CADDIS, "relax", str(file), "--json", "-q", *options],
            capture_output=True,
            check=True,
        )
        seconds.append(time.perf_counter() - start)
        found = json.loads(done.stdout)
    pins = text.count("=h1_") + text.count("==")
    return (
        f"{file.stem}: {pins} exact pins, {len(found['changes'])} changes,"
        f" {found['solves']} solves: {median(seconds):.2f} s\n"
    )


if __name__ == "__main__":
    main()
