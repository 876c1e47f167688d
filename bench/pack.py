"""Pack and unpack beside the tools of the trade: `python -m bench.pack -o table.md`.

The environments are the real test channel's data-science environment and a venv of
the same packages. Every case runs once a round, medians are shown, and the ratios are
to conda-pack (or venv-pack) with its defaults, in the same run. caddis leaves bytecode
out, so there are rows of the others without it, too. Before each run everything is
written to the disk and memory is at hand. Where others use the machine, believe the CPU
seconds; with --work on a RAM disk the disk is left out.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.measure import (
    CADDIS,
    MIB,
    UV,
    Bench,
    Case,
    kept_until_the_end,
    machine,
    put_aside,
    section,
)
from tests.support.channel import DATA_SCIENCE, install_prefix, real_channel
from tests.support.channel.real import CACHE
from tests.support.peers import CONDA_PACK, PEX, VENV_PACK, peer


def main() -> None:
    """Measure what was asked for and write the tables."""
    args = parse()
    work = args.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    text = f"{machine()}, median of {args.rounds} rounds.\n"
    with kept_until_the_end(work) as aside:
        for name in args.only or BENCHES:
            bench = BENCHES[name](work, aside)
            text += section(
                bench, rounds=args.rounds, cache=work / "caddis", aside=aside
            )
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=BENCHES, metavar="BENCH")
    parser.add_argument(
        "--work", type=Path, default=CACHE / "bench", help="where to work"
    )
    parser.add_argument("-o", "--out", type=Path, help="also write the tables here")
    return parser.parse_args()


def conda_environment(prefix: Path) -> Path:
    """Install the data-science environment from the real test channel."""
    specs = ["python", *DATA_SCIENCE]
    channel = real_channel(DATA_SCIENCE)
    cache = CACHE / "conda"
    return install_prefix(channel, specs, prefix, cache=cache, hard_links=True)


def venv(prefix: Path) -> Path:
    """Make a venv with the same packages and bytecode, as pip leaves it."""
    if not (prefix / "bin/ipython").exists():
        create = [UV, "venv", "--quiet", "--clear", f"--python={sys.executable}"]
        subprocess.run([*create, str(prefix)], check=True)
        install = [UV, "pip", "install", "--quiet", "--compile-bytecode"]
        install += ["--link-mode=copy", f"--python={prefix}/bin/python"]
        subprocess.run([*install, *DATA_SCIENCE], check=True)
    return prefix


def describe(prefix: Path) -> str:
    """Say how big the tree at *prefix* is."""
    files = [path for path in prefix.rglob("*") if not path.is_symlink()]
    sizes = [path.stat().st_size for path in files if path.is_file()]
    return f"{sum(sizes) / MIB:.0f} MiB in {len(sizes):,} files"


def shell(script: str) -> tuple[str, ...]:
    """Run *script* by the shell."""
    return ("sh", "-ec", script)


def caddis_pack(prefix: Path, out: Path, *options: str) -> tuple[str, ...]:
    """Pack *prefix* with caddis."""
    return (CADDIS, "pack", "-p", str(prefix), "-o", str(out), *options)


def general(prefix: Path, work: Path) -> tuple[Case, ...]:
    """Ways that know nothing of Python."""
    zst, copy = work / "plain.tar.zst", work / "copy"
    compress = f"zstd -q -3 -T2 -o {zst}"
    whole = f"tar -C {prefix} -cf - . | {compress}"
    lean = f"tar -C {prefix} --exclude=__pycache__ -cf - . | {compress}"
    return (
        Case(name="tar, zstd -3 -T2", command=shell(whole), output=zst),
        Case(name="tar without bytecode, zstd -3 -T2", command=shell(lean), output=zst),
        Case(name="cp -a", command=("cp", "-a", str(prefix), str(copy)), output=copy),
    )


def caddis_packs(
    prefix: Path, edited: Path, another: Path, work: Path
) -> tuple[Case, ...]:
    """Caddis with no frames, with one package's frame missing, and with all.

    *another* has the same packages and was never packed: only *prefix* is known.
    """
    zst, gz, warm = (
        work / f"caddis{x}" for x in (".tar.zst", ".tar.gz", ".warm.tar.zst")
    )
    cache = work / "caddis"
    warm_up = f"CADDIS_CACHE_DIR={cache} {' '.join(caddis_pack(prefix, warm))} -q"
    return (
        Case(
            name="caddis .tar.zst, nothing cached",
            command=caddis_pack(prefix, zst),
            output=zst,
            cold=True,
        ),
        Case(
            name="caddis .tar.zst, one file of pandas edited",
            command=caddis_pack(edited, zst),
            output=zst,
            prepare=shell(f"rm -rf {cache}; {warm_up}"),
        ),
        Case(
            name="caddis .tar.zst, frames cached",
            command=caddis_pack(prefix, zst),
            output=zst,
            prepare=shell(warm_up),
        ),
        Case(
            name="caddis .tar.zst, another environment, frames cached",
            command=caddis_pack(another, zst),
            output=zst,
            prepare=shell(f"rm -rf {cache}/records; {warm_up}"),
        ),
        Case(
            name="caddis .tar.gz, nothing cached",
            command=caddis_pack(prefix, gz),
            output=gz,
            cold=True,
        ),
    )


def edit_pandas(prefix: Path) -> Path:
    """Change one file of pandas in *prefix*, and not the cache it is linked to."""
    (module,) = prefix.glob("lib/python*/site-packages/pandas/__init__.py")
    text = module.read_text(encoding="utf-8")
    module.unlink()
    module.write_text(f"{text}\n# edited\n", encoding="utf-8")
    return prefix


def pack_conda(work: Path, aside: Path) -> Bench:
    """Pack the conda environment."""
    prefix = conda_environment(put_aside(work / "conda", aside))
    edited = edit_pandas(conda_environment(put_aside(work / "conda-edited", aside)))
    another = conda_environment(put_aside(work / "another-conda", aside))
    program = str(peer(CONDA_PACK, "zstandard"))

    def conda_pack(name: str, ending: str, *options: str) -> Case:
        out = work / f"conda-pack{ending}"
        command = (program, "-q", "-p", str(prefix), "-o", str(out), *options)
        return Case(name=name, command=command, output=out)

    return Bench(
        title=f"Pack a conda environment, {describe(prefix)}",
        base="conda-pack",
        sizes=True,
        cases=(
            conda_pack("conda-pack", ".tar.gz"),
            conda_pack("conda-pack -j 2", ".tar.gz", "-j", "2"),
            conda_pack("conda-pack, .tar.zst", ".tar.zst"),
            conda_pack("conda-pack, no bytecode", ".tar.gz", "--exclude", "*.pyc"),
            *general(prefix, work),
            *caddis_packs(prefix, edited, another, work),
        ),
    )


def unpack_conda(work: Path, aside: Path) -> Bench:
    """Unpack it again, until it runs."""
    prefix = conda_environment(put_aside(work / "conda", aside))
    theirs, zst, gz = (
        work / name for name in ("theirs.tar.gz", "ours.tar.zst", "ours.tar.gz")
    )
    for archive in (theirs, zst, gz):
        archive.unlink(missing_ok=True)
    conda_pack = [str(peer(CONDA_PACK, "zstandard")), "-q", "-p", str(prefix)]
    subprocess.run([*conda_pack, "-o", str(theirs)], check=True)
    for archive in (zst, gz):
        subprocess.run(caddis_pack(prefix, archive), check=True)
    out = work / "unpacked"
    untar = f"mkdir {out}; tar -xf {theirs} -C {out}"
    relocate = f"{untar}; {out}/bin/python {out}/bin/conda-unpack"
    base = "tar -xzf, conda-unpack"
    return Bench(
        title="Unpack the conda environment, ready to run",
        base=base,
        cases=(
            Case(name=base, command=shell(relocate), output=out),
            Case(name="cp -a", command=("cp", "-a", str(prefix), str(out)), output=out),
            *(
                Case(
                    name=f"caddis {archive.name.removeprefix('ours')}",
                    command=(CADDIS, "unpack", str(archive), "-p", str(out)),
                    output=out,
                )
                for archive in (zst, gz)
            ),
            Case(
                name="tar -xf of caddis's .tar.zst",
                command=shell(f"mkdir {out}; tar -xf {zst} -C {out}"),
                output=out,
            ),
        ),
    )


def pack_venv(work: Path, aside: Path) -> Bench:
    """Pack the venv; venv-pack and pex leave the interpreter behind."""
    prefix = venv(work / "venv")
    edited = edit_pandas(venv(put_aside(work / "venv-edited", aside)))
    another = venv(put_aside(work / "another-venv", aside))
    packed, app = work / "venv-pack.tar.gz", work / "app.pex"
    venv_pack = (str(peer(VENV_PACK, "setuptools<81")), "-q", "-p", str(prefix))
    pex = (str(peer(PEX)), "--venv-repository", str(prefix), *DATA_SCIENCE)
    return Bench(
        title=f"Pack a venv of the same packages, {describe(prefix)}",
        base="venv-pack",
        sizes=True,
        cases=(
            Case(
                name="venv-pack",
                command=(*venv_pack, "-o", str(packed)),
                output=packed,
            ),
            Case(name="pex", command=(*pex, "-o", str(app)), output=app),
            *general(prefix, work),
            *caddis_packs(prefix, edited, another, work),
        ),
    )


BENCHES: dict[str, Callable[[Path, Path], Bench]] = {
    "pack-conda": pack_conda,
    "unpack-conda": unpack_conda,
    "pack-venv": pack_venv,
}


if __name__ == "__main__":
    main()
