"""How small archives get: `python -m bench.smaller -o table.md`.

Of the real test channel's data-science environment and of a venv of the same packages.
`zstd -19` compresses what is in caddis's default archive, as one tar. The delta is that
of a venv with pandas, from one version to the next. Sizes do not depend on the machine,
so each is measured once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import CADDIS, MIB, UV, row
from bench.pack import caddis_pack, conda_environment, describe, venv
from tests.support.channel.real import CACHE

WAYS = (
    ("`caddis pack`, as it compresses by default", ()),
    ("`--compress 3`", ("--compress", "3")),
    ("`--slim --compress 2`", ("--slim", "--compress", "2")),
    ("`--compress best`", ("--compress", "best")),
    ("`--slim`, which compresses with `best`", ("--slim",)),
)
PANDAS = ("3.1.1", "3.0.2")


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TABLES, default=[*TABLES])
    parser.add_argument("-o", "--out", type=Path, help="also write the tables here")
    args = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    text = ""
    for name in args.only:
        with TemporaryDirectory(dir=CACHE, prefix="smaller-") as folder:
            text += TABLES[name](Path(folder)) + "\n"
        print(text, flush=True)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


def conda_table(work: Path) -> str:
    """Measure the conda environment."""
    return table("a conda environment", conda_environment(work / "env"), work)


def venv_table(work: Path) -> str:
    """Measure the venv."""
    return table("a venv of the same packages", venv(work / "env"), work)


def table(title: str, prefix: Path, work: Path) -> str:
    """Pack *prefix* in every way and write down how big the archives are."""
    sizes = dict(archive_sizes(prefix, work))
    default = next(iter(sizes.values()))
    lines = [f"### {title}, {describe(prefix)}", ""]
    lines += [row(["", "MiB", "of the default"]), row(["---"] * 3)]
    for name, size in sizes.items():
        lines.append(row([name, f"{size / MIB:.1f}", f"{size / default:.2f}"]))
    return "\n".join(lines) + "\n"


def archive_sizes(prefix: Path, work: Path) -> Iterator[tuple[str, int]]:
    """Yield the bytes of each kind of archive, the default first."""
    out = work / "env.tar.zst"
    for name, options in WAYS:
        run(*caddis_pack(prefix, out, *options), cache=work)
        yield name, out.stat().st_size
        if not options:
            yield "`zstd -19` of the same tar, whole", size_as_one(out, work)


def size_as_one(archive: Path, work: Path) -> int:
    """Compress what is in *archive* again, in one piece."""
    whole = work / "whole.tar.zst"
    run("sh", "-ec", f"zstd -dcq {archive} | zstd -q -19 -f -o {whole}", cache=work)
    return whole.stat().st_size


def delta_table(work: Path) -> str:
    """Measure the delta between two versions of pandas, and what it stands for."""
    archives = [pandas_archive(version, work) for version in PANDAS]
    out = work / "change.delta"
    run(CADDIS, "delta", *map(str, archives), "-o", str(out), cache=work)
    lines = [f"### From pandas {PANDAS[0]} to {PANDAS[1]}", ""]
    lines += [row(["", "MiB"]), row(["---"] * 2)]
    lines.append(row(["the whole archive", f"{archives[1].stat().st_size / MIB:.1f}"]))
    lines.append(row(["the delta", f"{out.stat().st_size / MIB:.1f}"]))
    return "\n".join(lines) + "\n"


def pandas_archive(version: str, work: Path) -> Path:
    """Pack a venv with this *version* of pandas."""
    prefix, out = work / version, work / f"{version}.tar.zst"
    run(UV, "venv", "--quiet", f"--python={sys.executable}", str(prefix), cache=work)
    install = (UV, "pip", "install", "--quiet", f"--python={prefix}/bin/python")
    run(*install, f"pandas=={version}", "numpy==2.4.6", cache=work)
    run(*caddis_pack(prefix, out), cache=work)
    return out


def run(*words: str, cache: Path) -> None:
    """Run a command with an empty cache of caddis's below *cache*."""
    environment = {**os.environ, "CADDIS_CACHE_DIR": str(cache / "caddis")}
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)


TABLES = {"conda": conda_table, "venv": venv_table, "delta": delta_table}


if __name__ == "__main__":
    main()
