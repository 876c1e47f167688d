"""The files of one git revision, read without checking it out."""

from __future__ import annotations

import subprocess
from pathlib import Path

from caddis.errors import ProjectError
from caddis.ports.sources import Listing

_REGULAR = {"100644", "100755"}


class GitRevision:
    """A `caddis.ports.sources.Tree` of what git has at a revision.

    One `git cat-file` answers all reads; it is started by the first.
    """

    def __init__(self, folder: Path, revision: str) -> None:
        self._folder = folder
        self._revision = revision
        self._objects: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def listing(self) -> Listing:
        """List the files below the folder, as they were.

        Raises:
            ProjectError: there is no such revision, or no repository, or no git.
        """
        told = self._git("ls-tree", "-r", "-l", "-z", self._commit(), "--", ".")
        for line in filter(None, told.split(b"\0")):
            about, _, name = line.partition(b"\t")
            mode, _, object_name, size = about.decode().split()
            if mode in _REGULAR:
                path = name.decode(errors="surrogateescape")
                self._objects[path] = object_name
                self._sizes[path] = int(size)
        paths = tuple(sorted(self._objects))
        return Listing(paths, sizes=tuple(map(self._sizes.__getitem__, paths)))

    def read(self, path: str) -> bytes:
        """Read one file.

        Raises:
            OSError: git does not have it.
        """
        if self._process is None:
            self._process = subprocess.Popen(
                ["git", "-C", str(self._folder), "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise OSError(5, "git does not answer")
        process.stdin.write(self._objects[path].encode() + b"\n")
        process.stdin.flush()
        header = process.stdout.readline().split()
        if len(header) != 3:
            raise OSError(5, "git does not have it")
        data = process.stdout.read(int(header[2]))
        process.stdout.read(1)
        return data

    def close(self) -> None:
        """End git."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _commit(self) -> str:
        wanted = f"{self._revision}^{{commit}}"
        found = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", wanted
        )
        return found.decode().strip()

    def _git(self, *words: str) -> bytes:
        command = ["git", "-C", str(self._folder), *words]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except FileNotFoundError:
            raise ProjectError(
                "git is not there, so no revision can be read",
                hint="Install git, or leave --rev away.",
            ) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise ProjectError(
                f"git has no {self._revision} of {self._folder} {said}".rstrip(),
                hint="See git log; --rev takes what git show takes, as HEAD~3.",
            )
        return done.stdout
