"""The same environment of two people is the same archive, to the byte.

Another user, home, umask, cache, place, locale, time zone and year: none of them may
show. conda-pack's and venv-pack's archives differ in each (conda-pack#345).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.channel.tiny import TINY, tiny_channel
from tests.support.index import Dist, write_wheel
from tests.support.running import sha256

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for others"),
]

ROOT = Path(__file__).parents[2]
NOBODY = 54321
"""A user of whom the machine has never heard."""
YEAR = 365 * 24 * 3600
INSTALL = """
import os, sys
from pathlib import Path
from tests.support.channel import install_prefix
channel, prefix, cache, *specs = sys.argv[1:]
install_prefix(channel, specs, Path(prefix), cache=Path(cache))
# Rattler's threads may crash a process on its way out (see caddis.cli.main).
os._exit(0)
"""


def _as_user(user: int) -> list[str]:
    """Say how a command is run by *user*.

    Who may read everything, and write what is theirs: the interpreter of the tests may
    stand in somebody's closed home.
    """
    capabilities = "-all,+dac_read_search"
    return [
        "setpriv",
        f"--reuid={user}",
        f"--regid={user}",
        "--clear-groups",
        f"--inh-caps={capabilities}",
        f"--ambient-caps={capabilities}",
    ]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with a home."""

    home: Path
    user: int
    umask: int
    variables: Mapping[str, str]

    def run(self, *command: str | Path) -> None:
        """Let this person run *command*."""
        done = subprocess.run(
            [*_as_user(self.user), *map(str, command)],
            umask=self.umask,
            cwd=ROOT,
            env={
                "HOME": str(self.home),
                "CADDIS_CACHE_DIR": str(self.home / "cache"),
                "PATH": "/usr/bin:/bin",
                **self.variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def pack(self, prefix: Path, ending: str, *options: str) -> str:
        """Let this person pack *prefix*, and hash what comes out."""
        out = self.home / f"env{ending}"
        caddis = (sys.executable, "-m", "caddis")
        self.run(*caddis, "pack", "-q", "-p", prefix, "-o", out, *options)
        return sha256(out)


@pytest.fixture
def common() -> Iterator[Path]:
    """A folder that everybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="caddis-people-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def people(common: Path) -> Sequence[Person]:
    """Two who have nothing in common."""
    alice = Person(
        home=common / "alice",
        user=0,
        umask=0o022,
        variables={"LANG": "C", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1"},
    )
    bob = Person(
        home=common / "far away" / ("b" * 150) / "bob",
        user=NOBODY,
        umask=0o077,
        variables={"LANG": "C.UTF-8", "TZ": "Asia/Tokyo", "USER": "bob"},
    )
    for person in (alice, bob):
        person.home.mkdir(parents=True)
        os.chown(person.home, person.user, person.user)
    return alice, bob


def age(prefix: Path) -> None:
    """Let *prefix* be installed a year earlier."""
    for path in (prefix, *prefix.rglob("*")):
        status = path.lstat()
        times = (status.st_atime - YEAR, status.st_mtime - YEAR)
        os.utime(path, times, follow_symlinks=False)


ENDINGS = (".tar.zst", ".tar.gz", ".zip")
WAYS = ((".tar.zst",), (".sh", "--pyc"))


def test_a_conda_environment(people: Sequence[Person], common: Path) -> None:
    channel = tiny_channel(common / "channel")
    packed = []
    for person in people:
        prefix, packages = person.home / "env", person.home / "pkgs"
        words = (sys.executable, "-c", INSTALL, channel, prefix, packages)
        person.run(*words, *TINY)
        if person.user == NOBODY:
            age(prefix)
        packed.append([person.pack(prefix, ending) for ending in ENDINGS])
    assert packed[0] == packed[1]


def test_a_virtual_environment(people: Sequence[Person], common: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    wheel = write_wheel(
        Dist(name="hello", commands=("hello = hello:main",)), common / "wheels"
    )
    packed = []
    for person in people:
        prefix = person.home / "env"
        person.run(sys.executable, "-m", "venv", "--without-pip", prefix)
        python = prefix / "bin/python"
        person.run(uv, "pip", "install", "--offline", "--python", python, wheel)
        person.run(python, "-c", "import hello, json")
        if person.user == NOBODY:
            age(prefix)
        packed.append([person.pack(prefix, *how) for how in WAYS])
    assert packed[0] == packed[1]
