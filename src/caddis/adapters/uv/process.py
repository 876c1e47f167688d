"""Running uv, and turning its failures into ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from caddis.adapters.uv.binary import find_uv
from caddis.adapters.uv.pythons import read_pythons
from caddis.errors import (
    CaddisError,
    EngineError,
    FetchError,
    ProjectError,
    ResolveError,
    UsageError,
)
from caddis.ports.pypi import PythonRuledOut

_NETWORK = re.compile(
    r"error sending request|Failed to fetch|Failed to download|dns error|"
    r"Could not connect|network is disabled|needs to be downloaded|HTTP status"
)
_OWN_DOINGS = (
    *("Using Python", "Using CPython", "Resolved ", "Prepared ", "Installed "),
    *("Downloading ", "Downloaded ", "Building ", "Built ", "Updating ", "Updated "),
    *("Uninstalled ", "Creating virtual", "Audited "),
    *("warning:", "error: No solution found"),
    *("If the cache and target directories", "If this is intentional, set"),
)
_SYNTAX = re.compile(r"Couldn't parse|Failed to parse|is not a valid")
_REFUSED = re.compile(r"authentication credentials|401 Unauthorized|403 Forbidden")
_DATE = re.compile(r"invalid value '(.*)' for '--exclude-newer")
_HASH = re.compile(r"[Hh]ash mismatch")


def _usual_stubs() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("caddis", appauthor=False) / "stubs"


@dataclass(frozen=True, kw_only=True, slots=True)
class UvProcess:
    """How uv is called: which indexes, which cache, which credentials."""

    indexes: tuple[str, ...] = ()
    """URLs, most wanted first, with credentials where they are needed; empty for
    what uv's own settings say."""
    replaces_pypi: bool = False
    """Whether the first index stands in for PyPI rather than beside it."""
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    """Take nothing but what `find_links` has."""
    trusted_hosts: tuple[str, ...] = ()
    """Whose certificates need not be good."""
    cache: Path | None = None
    """None for uv's own cache."""
    stubs: Path = field(default_factory=_usual_stubs)
    """Where wheels that stand for conda packages are kept."""
    offline: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    """What uv sees of the environment; PATH, HOME, proxies, credentials."""

    def run(self, words: Sequence[str | Path], *, folder: Path | None = None) -> str:
        """Run uv in *folder* and return what it printed on stdout.

        Raises:
            ResolveError: uv says that nothing fulfils what was asked.
            FetchError: an index did not answer, or a file is not what it should be.
            EngineError: anything else.
        """
        command = [find_uv(), *map(str, words), *self._general_options()]
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(self.environment) or None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            # Python's own files are closed; the lock of a prefix shall be inherited.
            close_fds=False,
        )
        if done.returncode:
            raise explain(without_credentials(done.stderr))
        return done.stdout

    def index_options(self) -> list[str]:
        """Give the options that name the indexes."""
        options = ["--no-index"] if self.no_index else []
        for number, url in enumerate(self.indexes):
            replaces = self.replaces_pypi and number == 0
            options += ["--default-index" if replaces else "--index", url]
        for place in self.find_links:
            options += ["--find-links", place]
        for host in self.trusted_hosts:
            options += ["--allow-insecure-host", host]
        if shutil.which("keyring", path=self.environment.get("PATH")):
            options += ["--keyring-provider", "subprocess"]
        return options

    def _general_options(self) -> list[str]:
        options = ["--color", "never", "--no-progress"]
        if self.cache:
            options += ["--cache-dir", str(self.cache)]
        if self.offline:
            options.append("--offline")
        return options


_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


def without_credentials(text: str) -> str:
    """Remove user and password from every URL in *text*."""
    return _CREDENTIALS.sub("", text)


def explain(stderr: str) -> CaddisError:
    """Turn what uv printed into the error that fits."""
    text = _without_frames(stderr)
    if date := _DATE.search(text):
        return UsageError(
            f"{date[1]!r} is not a date", hint="Write it like 2026-11-21."
        )
    if _REFUSED.search(text):
        return FetchError(
            f"An index does not let us in:\n{text}",
            hint="Put the credentials into the index URL, netrc or the keyring.",
        )
    if "No solution found" in stderr:
        needs = tuple(dict.fromkeys(read_pythons(stderr)))
        return PythonRuledOut(text, needs=needs) if needs else ResolveError(text)
    if _HASH.search(text):
        return FetchError(
            f"A file is not the one that the lock names:\n{text}",
            hint="Ask who runs the index; if the change is meant, lock again.",
        )
    if _NETWORK.search(text):
        return FetchError(
            f"A package could not be fetched:\n{text}",
            hint="Check the network, the index URL and its credentials.",
        )
    if _SYNTAX.search(text):
        return ProjectError(
            text, hint="Write it like requests, requests>=2.31 or requests[socks]==2.*."
        )
    if "os error" in text:
        first, *others = text.splitlines()
        return EngineError(
            f"uv could not install: {': '.join((first, *others[-1:]))}",
            hint="Is there room on the disk, and may you write there?",
        )
    return EngineError(f"uv failed:\n{text}")


def _without_frames(stderr: str) -> str:
    """Take uv's marks and the lines about its own doing out of a message."""
    lines = (line.strip().lstrip("×╰─▶│├ ") for line in stderr.splitlines())
    return "\n".join(
        line.removeprefix("error: ").removeprefix("cause: ")
        for line in lines
        if line and not line.startswith(_OWN_DOINGS)
    )


def base_python() -> Path:
    """Find the interpreter that runs caddis, not that of a venv around it."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable)
