"""A locked package gives the frame that its installation gives, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from caddis.adapters.codecs import codec_for_name
from caddis.adapters.elf import ElfTools
from caddis.adapters.git.checkout import GitCheckouts
from caddis.adapters.interpreters import LocalInterpreters
from caddis.adapters.launchers import DistlibLaunchers
from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.adapters.rattler import Rattler
from caddis.adapters.uv import Uv
from caddis.cli import main
from caddis.host import this_host
from caddis.model.layers import Frame, Layer, LayerKind, without_doubles
from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.lock_file import read_lock
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Silent
from caddis.stages.assemble import Assembled, Supplies, assemble
from caddis.stages.pack.frames import make_frame
from caddis.stages.record import Tools, bring_python, record
from tests.support.channel import (
    SMALL,
    File,
    Package,
    index_channel,
    install_prefix,
    text_file,
    write_package,
)
from tests.support.channel.tiny import greet, prefixed, stand_in_python
from tests.support.projects import write_file

pytestmark = pytest.mark.integration

MACHINE = ("__archspec=1=x86_64", "__glibc=2.28=0", "__linux=4.18=0", "__unix=0=0")

WHEELS = (
    "numpy",  # a folder of shared libraries beside the package, headers, a command
    "pandas",
    "pillow",
    "fonttools",  # commands, and a manual page in .data/data
    "greenlet",  # .data/headers
    "jmespath==1.0.1",  # a Python script in .data/scripts
    "ruff",  # a program in .data/scripts
    "pip",  # a command with the version of Python, which its metadata does not name
)


def frames(layers: Iterable[Layer], folder: Path) -> dict[str, Frame]:
    """Make the frame of each layer, by name; nothing comes from a cache."""
    codec, elf = codec_for_name("x.tar.zst"), ElfTools()
    out = folder / "frame"
    return {
        layer.name: make_frame(layer, out, codec=codec, elf=elf).frame
        for layer in without_doubles(list(layers))
        if layer.entries
    }


def recorded(prefix: Path, *kinds: LayerKind) -> list[Layer]:
    tools = Tools(interpreters=LocalInterpreters(), elf=ElfTools(), host=this_host())
    return [
        layer for layer in record(prefix, tools=tools).layers if layer.kind in kinds
    ]


def assembled(lock: Lock, tmp_path: Path) -> Assembled:
    supplies = Supplies(
        packages=DiskPackageStore(tmp_path / "packages", fetcher=Fetcher()),
        launchers=DistlibLaunchers(),
        builder=Uv(),
        checkouts=GitCheckouts({}),
        here=this_host(),
    )
    return assemble(
        lock,
        host=this_host(),
        folder=tmp_path,
        supplies=supplies,
        reporter=Silent(),
    )


def solved(channel: str, specs: Sequence[str], cache: Path) -> Lock:
    query = CondaQuery(
        specs=tuple(specs),
        channels=(channel,),
        platform=this_host().platform,
        virtual_packages=MACHINE,
    )
    return lock_of(Rattler(cache=cache).solve(query))


def lock_of(packages: Sequence[LockedPackage]) -> Lock:
    part = PlatformLock(
        platform=this_host().platform, python="3.11", packages=tuple(packages)
    )
    return Lock(platforms=(part,))


def with_machine(dists: Sequence[Layer], prefix: Path) -> list[Layer]:
    """Give *dists* as they are beside the Python of this machine, which is a file."""
    host = this_host()
    python = LocalInterpreters().describe(host.python(prefix))
    layers, _ = bring_python(
        python,
        dists,
        site_packages=host.site_packages(python.short_version),
        elf=ElfTools(),
    )
    return [layer for layer in layers if layer.kind is LayerKind.PYPI]


@pytest.mark.network
def test_wheels_give_the_frames_of_their_installation(tmp_path: Path) -> None:
    here = write_file(tmp_path / "project", "requirements.in", "\n".join(WHEELS))
    assert main(["lock", "-q", str(here)]) == 0
    assert main(["sync", "-q", str(here), "-p", str(tmp_path / "env")]) == 0
    made = assembled(read_lock(here / "caddis.lock"), tmp_path)
    expected = frames(recorded(tmp_path / "env", LayerKind.PYPI), tmp_path)
    assert frames(with_machine(made.pypi, tmp_path / "env"), tmp_path) == expected
    assert len(expected) >= len(WHEELS)


@pytest.mark.parametrize("by", ["rattler", "caddis"])
def test_real_conda_packages_give_the_frames_of_their_installation(
    by: str, small_channel: str, tmp_path: Path
) -> None:
    specs = ["python", *SMALL]
    lock = solved(small_channel, specs, tmp_path / "pkgs")
    if by == "rattler":
        prefix = install_prefix(small_channel, specs, tmp_path / "a", cache=tmp_path)
    else:
        prefix = tmp_path / "quite another place"
        packages = lock.platforms[0].packages
        Rattler(cache=tmp_path).install(
            prefix,
            packages,
            requested=specs,
            arrived=lambda _: None,
            reporter=Silent(),
        )
    expected = frames(recorded(prefix, LayerKind.CONDA), tmp_path)
    assert frames(assembled(lock, tmp_path).conda, tmp_path) == expected
    assert expected.keys() == {package.name for package in lock.platforms[0].packages}


@pytest.mark.parametrize("length", [10, 150])
@pytest.mark.parametrize("ending", [".conda", ".tar.bz2"])
def test_odd_conda_packages_give_the_frames_of_their_installation(
    ending: str, length: int, tmp_path: Path
) -> None:
    # A shebang of more than 127 bytes is replaced by another by the installer.
    packages = (*odd_packages(), stand_in_python(), greet("2.0"), prefixed())
    for package in packages:
        write_package(package, tmp_path / "channel", ending=ending)
    channel = index_channel(tmp_path / "channel")
    specs = [package.name for package in packages]
    prefix = tmp_path / ("p" * length)
    install_prefix(channel, specs, prefix, cache=tmp_path / "pkgs")
    made = assembled(solved(channel, specs, tmp_path / "pkgs"), tmp_path)
    expected = frames(recorded(prefix, LayerKind.CONDA), tmp_path)
    assert frames(made.conda, tmp_path) == expected


def odd_packages() -> tuple[Package, ...]:
    """Describe packages that test the canonical form."""
    talks = '#!{prefix}/bin/python\nprint("{prefix}/share")\n'
    two = "home={prefix} again={prefix}\n"
    outside = "#!{prefix}/bin/python3 -E\nprint(1)\n"
    return (
        Package(
            name="talks",
            files={
                "bin/talks": text_file(talks, executable=True),
                "bin/shell": text_file("#!/bin/sh\necho {prefix}\n", executable=True),
                "etc/two": text_file(two),
                "bin/perl-script": text_file(
                    "#!{prefix}/bin/perl -w\n", executable=True
                ),
                "lib/config/outside.py": text_file(outside, executable=True),
                "share/latin": File(content=b"caf\xe9\n"),
            },
        ),
        Package(
            name="scripts",
            noarch="python",
            depends=("python",),
            entry_points=("dotted = scripts.inner:Thing.run",),
            files={
                "site-packages/scripts/__init__.py": text_file(""),
                "python-scripts/hand-made": text_file(
                    "#!{prefix}/bin/python\nprint(1)\n", executable=True
                ),
            },
        ),
    )


def test_the_package_wins_a_path_that_wins_it_when_installed(tmp_path: Path) -> None:
    # rattler puts the others' files aside, in a folder that nobody wants in an archive.
    needs = {
        "ape": ("bee",), "bee": (), "cat": ("ape", "dog"), "dog": (), "elk": (),
        "fox": ("elk",), "gnu": ("fox", "bee"), "hen": (),
    }  # fmt: skip
    for number, (name, depends) in enumerate(needs.items()):
        paths = (f"share/{number % 3}", f"share/{number % 2 + 3}", "bin/same")
        script = f"#!{{prefix}}/bin/python\nprint('{name}')\n"
        files = {path: text_file(script, executable=True) for path in paths}
        package = Package(name=name, depends=depends, files=files)
        write_package(package, tmp_path / "channel")
    channel, cache = index_channel(tmp_path / "channel"), tmp_path / "pkgs"
    prefix = install_prefix(channel, list(needs), tmp_path / "env", cache=cache)
    made = assembled(solved(channel, list(needs), cache), tmp_path)
    both = recorded(prefix, LayerKind.CONDA, LayerKind.OVERLAY)
    expected = frames(both, tmp_path)
    assert frames(made.conda, tmp_path).items() <= expected.items()
    owners = {e.path: layer.name for layer in made.conda for e in layer.entries}
    for path in ("share/0", "share/1", "share/2", "share/3", "share/4", "bin/same"):
        assert f"'{owners[path]}'" in (prefix / path).read_text()
    assert not any("clobber" in e.path for layer in both for e in layer.entries)
