"""Compile, lock and sync beside pip-tools, uv and rattler: `python -m bench.lock`.

What is compiled are real packages, out of a mirror on this machine. For the rest an
index and channels are made here, of packages with hardly anything in them and as many
dependencies as real ones have: what is measured is the tools, not the network. Caches
are warm. Every case runs once a round, medians are shown.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.compiling import compile_few, compile_many, mirror
from bench.measure import (
    CADDIS,
    UV,
    Bench,
    Case,
    kept_until_the_end,
    machine,
    section,
)
from bench.place import Place, install_pip_tools, run
from tests.support.channel import DATA_SCIENCE, Package, index_channel, write_package
from tests.support.channel.real import real_channel
from tests.support.channel.tiny import stand_in_python
from tests.support.index import Dist, write_index
from tests.support.server import serve


def main() -> None:
    """Measure what was asked for and write the tables."""
    args = parse()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        write_index(dists(), work / "index")
        url = stack.enter_context(serve(work / "index"))
        pip_tools = install_pip_tools(work)
        place = Place(
            work=work,
            index=f"{url}/simple",
            mirror=stack.enter_context(mirror(pip_tools)),
            pip_tools=pip_tools,
        )
        aside = stack.enter_context(kept_until_the_end(work))
        text = f"{machine()}, median of {args.rounds} rounds.\n"
        for name in args.only or BENCHES:
            bench = BENCHES[name](place)
            text += section(bench, rounds=args.rounds, cache=place.caches, aside=aside)
    print(text)
    if args.out:
        args.out.write_text(text, encoding="utf-8")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=BENCHES, metavar="BENCH")
    parser.add_argument("-o", "--out", type=Path, help="also write the tables here")
    return parser.parse_args()


def dists() -> Iterator[Dist]:
    """Make 300 distributions of three versions: each needs up to four later ones."""
    for number in range(300):
        for version in ("1.0", "1.1", "2.0"):
            needs = tuple(f"p{n}>=1.1" for n in _needs(number))
            yield Dist(name=f"p{number}", version=version, requires=needs)


def _needs(number: int) -> list[int]:
    """Say what number N needs; from 30 roots 261 of the 300 are reached."""
    found = (number * 3 + step for step in (30, 31, 32))
    return sorted({n for n in (*found, number + 60) if n < 261 and n > number})


def synced(place: Place, name: str) -> tuple[Path, Path]:
    """Make a project of 121 packages with its lock and an environment of them."""
    folder = place.work / name
    folder.mkdir()
    (folder / "requirements.in").write_text(
        "".join(f"p{number}\n" for number in range(140, 261))
    )
    index = ("-i", place.index)
    caches = place.caches
    run(CADDIS, "lock", folder, "-q", *index, caches=caches)
    run(CADDIS, "sync", folder, "-q", *index, caches=caches)
    run(
        *(CADDIS, "export", folder, "--format=requirements", "-q"),
        *("-o", folder / "pins.txt"),
        caches=caches,
    )
    environment = folder / ".caddis" / "env"
    run(UV, "pip", "install", "--quiet", f"--python={environment}", "pip")
    return folder, environment


def sync_commands(place: Place, folder: Path, env: Path) -> dict[str, tuple[str, ...]]:
    """Say how each tool makes *env* equal to the pins in *folder*."""
    where = ("--index-url", place.index)
    pins = folder / "pins.txt"
    # pip-sync needs pip in the environment; the others would remove it.
    lock = json.loads((folder / "caddis.lock").read_text())
    assert len(lock["platforms"][0]["packages"]) == 121
    python = f"--python-executable={env}/bin/python"
    cache = f"--cache-dir={folder}/uv"
    return {
        "pip-sync": (
            str(place.pip_tools / "pip-sync"),
            "-q",
            python,
            *where,
            str(pins),
        ),
        "uv pip sync": (
            *(UV, "pip", "sync", "-q", f"--python={env}", cache, *where),
            str(pins),
        ),
        "caddis sync": (CADDIS, "sync", str(folder), "-q", *where),
    }


def sync_nothing(place: Place) -> Bench:
    """Sync an environment that is as it shall be."""
    folder, env = synced(place, "nothing")
    commands = sync_commands(place, folder, env)
    prepare = _prepare(commands, env, "")
    name = "caddis run -- true"
    commands[name] = (CADDIS, "run", f"--folder={folder}", "--", "true")
    prepare[name] = prepare["caddis sync"]
    return Bench(
        title="Sync 121 packages, nothing to do",
        base="pip-sync",
        cases=prepared(place, commands, prepare),
    )


def prepared(
    place: Place,
    commands: dict[str, tuple[str, ...]],
    prepare: dict[str, tuple[str, ...]],
) -> tuple[Case, ...]:
    """Make the cases of commands that change an environment in place."""
    nothing = place.work / "none"
    return tuple(
        Case(name=name, command=words, output=nothing, prepare=prepare[name])
        for name, words in commands.items()
    )


def sync_one(place: Place) -> Bench:
    """Sync an environment with one package of another version."""
    folder, env = synced(place, "one")
    commands = sync_commands(place, folder, env)
    change = (
        f"{UV} pip install -q --python={env} --no-deps --index-url {place.index} "
        f"--cache-dir={folder}/uv p200==1.1"
    )
    return Bench(
        title="Sync 121 packages, one changed",
        base="pip-sync",
        cases=prepared(place, commands, _prepare(commands, env, change)),
    )


def _prepare(
    commands: dict[str, tuple[str, ...]], env: Path, change: str
) -> dict[str, tuple[str, ...]]:
    """Bring *env* to where each tool starts: synced by itself, then changed."""
    with_pip = f"{UV} pip install -q --python={env} pip; "
    scripts: dict[str, tuple[str, ...]] = {}
    for name, words in commands.items():
        first = with_pip if name == "pip-sync" else ""
        own = "" if name == "pip-sync" else f"{' '.join(words)}; "
        scripts[name] = ("sh", "-ec", first + own + change or "true")
    return scripts


def joint(place: Place) -> Bench:
    """Lock 60 conda and 20 PyPI packages as one."""
    folder = place.work / "joint"
    channel = folder / "channel"
    write_package(stand_in_python(), channel)
    for number in range(59):
        needs = (f"c{number + 1} >=1",) if number < 58 else ()
        write_package(
            Package(name=f"c{number}", noarch="python", depends=("python", *needs)),
            channel,
        )
    url = index_channel(channel)
    requirements = "\n".join(f"    - p{number}" for number in range(241, 261))
    (folder / "environment.yml").write_text(
        f"channels: [{url}]\ndependencies:\n  - c0\n  - pip:\n{requirements}\n"
    )
    lock = folder / "caddis.lock"
    command = (CADDIS, "lock", str(folder), "-q", "-i", place.index)
    run(*command, caches=place.caches)
    counts = [lock.read_text().count(f'"ecosystem": "{e}"') for e in ("conda", "pypi")]
    return Bench(
        title=f"Lock {counts[0]} conda and {counts[1]} PyPI packages together",
        base="caddis lock",
        cases=(Case(name="caddis lock", command=command, output=lock),),
    )


# Left at once: rattler's threads crash some processes while Python is taken down.
_SOLVE = """\
import asyncio, sys
from rattler import Gateway, GenericVirtualPackage, VirtualPackage, solve
asyncio.run(solve(sources=[sys.argv[1]], specs=sys.argv[3:],
    gateway=Gateway(cache_dir=sys.argv[2]), platforms=["linux-64", "noarch"],
    virtual_packages=VirtualPackage.detect()))
import os; os._exit(0)
"""


def large_channel(place: Place) -> Bench:
    """Lock 600 packages out of a channel with 200,000 records."""
    folder = place.work / "large"
    for subdir, records in (("noarch", {}), ("linux-64", dict(_records()))):
        (folder / "channel" / subdir).mkdir(parents=True)
        text = json.dumps(
            {"info": {"subdir": subdir}, "packages": {}, "packages.conda": records}
        )
        (folder / "channel" / subdir / "repodata.json").write_text(text)
    url = (folder / "channel").as_uri()
    (folder / "environment.yml").write_text(
        f"channels: [{url}]\ndependencies: [k0, python]\n"
    )
    lock = folder / "caddis.lock"
    ours = (CADDIS, "lock", str(folder), "-q", "--offline")
    cache = place.caches / "rattler" / "repodata"
    theirs = (sys.executable, "-c", _SOLVE, url, str(cache), "k0", "python")
    run(*ours, caches=place.caches)
    count = lock.read_text().count('"ecosystem"')
    return Bench(
        title=f"Lock {count} packages out of 200,000 records",
        base="rattler alone",
        cases=(
            Case(name="rattler alone", command=theirs, output=place.work / "none"),
            Case(name="caddis lock", command=ours, output=lock),
        ),
    )


def _records() -> Iterator[tuple[str, dict[str, object]]]:
    """Make 200,000 records: 20,000 names of ten versions; k0 needs 600 of them."""
    yield _record("python", "3.11.7", [])
    for number in range(20_000):
        needs = [f"k{n} >=1.2" for n in (2 * number + 1, 2 * number + 2) if n < 600]
        for minor in range(10):
            yield _record(f"k{number}", f"1.{minor}", needs)


def _record(
    name: str, version: str, depends: list[str]
) -> tuple[str, dict[str, object]]:
    file = f"{name}-{version}-0.conda"
    return file, {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "depends": depends,
        "sha256": f"{abs(hash(file)):064x}"[:64],
        "size": 1000,
        "subdir": "linux-64",
        "timestamp": 1_700_000_000_000,
    }


_INSTALL = """\
import asyncio, sys
from rattler import Gateway, VirtualPackage, install, solve
async def main():
    records = await solve(sources=[sys.argv[1]], specs=sys.argv[4:],
        gateway=Gateway(cache_dir=sys.argv[2] + "/repodata"),
        virtual_packages=VirtualPackage.detect())
    await install(records, sys.argv[3], cache_dir=sys.argv[2] + "/pkgs",
        show_progress=False)
asyncio.run(main())
import os; os._exit(0)
"""


def create_conda(place: Place) -> Bench:
    """Create the data-science environment out of a warm cache."""
    folder = place.work / "create"
    folder.mkdir()
    url = real_channel(DATA_SCIENCE)
    names = ", ".join(("python", *DATA_SCIENCE))
    (folder / "environment.yml").write_text(
        f"channels: [{url}]\ndependencies: [{names}]\n"
    )
    run(CADDIS, "lock", folder, "-q", caches=place.caches)
    environment = folder / "env"
    cache = place.caches / "rattler"
    ours = (CADDIS, "sync", str(folder), "-q", "-p", str(environment))
    theirs = (sys.executable, "-c", _INSTALL, url, str(cache), str(environment))
    run(*ours, caches=place.caches)
    count = (folder / "caddis.lock").read_text().count('"ecosystem"')
    return Bench(
        title=f"Create a conda environment of {count} packages, warm cache",
        base="rattler, solve and install",
        cases=(
            Case(
                name="rattler, solve and install",
                command=(*theirs, "python", *DATA_SCIENCE),
                output=environment,
            ),
            Case(name="caddis sync", command=ours, output=environment),
        ),
    )


BENCHES: dict[str, Callable[[Place], Bench]] = {
    "compile-few": compile_few,
    "compile-many": compile_many,
    "sync-nothing": sync_nothing,
    "sync-one": sync_one,
    "joint": joint,
    "large": large_channel,
    "create": create_conda,
}

if __name__ == "__main__":
    main()
