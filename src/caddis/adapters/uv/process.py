"""Running uv."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from caddis.adapters.uv.binary import find_uv
from caddis.adapters.uv.heeded import heeded

_CRASHED = -11
"""The exit code of what a SIGSEGV ended, as glibc does with uv once in some thousand
times: https://github.com/astral-sh/uv/issues/21428."""

Ended = tuple[int, str, str]
"""An exit code, and what stood on stdout and stderr."""


def run_through(
    run: Callable[[Sequence[str]], Ended],
    command: Sequence[str],
    *,
    again: Sequence[str] | None,
) -> Ended:
    """Let *run* run *command*, and once more with the words *again* if it crashed.

    Not with None, as of what may not be done twice.
    """
    ended = run(command)
    if ended[0] != _CRASHED or again is None:
        return ended
    return run([*command, *again])


class UvProcess(NamedTuple):
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
    stubs: Path | None = None
    """Where wheels that stand for conda packages are kept; None for the usual place."""
    logins: tuple[str, ...] = ()
    """URLs with the credentials that direct references to their hosts take."""
    offline: bool = False
    environment: Mapping[str, str] = {}
    """What uv sees of the environment; PATH, HOME, proxies, credentials."""

    def run(
        self,
        words: Sequence[str | Path],
        *,
        folder: Path | None = None,
        typed: str = "",
        again: Sequence[str] | None = (),
        is_for_people: bool = False,
    ) -> str:
        """Run uv in *folder* and return what it printed on stdout.

        *typed* is what it reads on stdin. Where it crashed it is run once more, with
        the words *again*, unless these are None. What its settings say of files that it
        writes counts where the answer *is_for_people*.

        Raises:
            ResolveError: uv says that nothing fulfils what was asked.
            FetchError: an index did not answer, or a file is not what it should be.
            EngineError: anything else.
        """
        command = [find_uv(), *map(str, words), *self._general_options()]

        def run(words: Sequence[str]) -> Ended:
            return self._run(words, folder, typed)

        with heeded(
            folder or Path(), user=self._user_settings(), is_for_people=is_for_people
        ) as options:
            code, answer, told = run_through(run, [*command, *options], again=again)
        if code:
            # Here, because it is rare and brings many patterns.
            from caddis.adapters.uv.failures import explain, without_credentials

            raise explain(without_credentials(told) or f"it ended with {code}")
        return answer

    def _run(
        self,
        command: Sequence[str],
        folder: Path | None,
        typed: str,
    ) -> Ended:
        done = subprocess.run(
            command,
            cwd=folder,
            env=self.environment or None,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            # Python's own files are closed; the lock of a prefix shall be inherited.
            close_fds=False,
        )
        return done.returncode, done.stdout, done.stderr

    def _user_settings(self) -> Path | None:
        own, home = (self.environment.get(n) for n in ("XDG_CONFIG_HOME", "HOME"))
        return Path(own) if own else Path(home, ".config") if home else None

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
        # Here, because it brings every compressor there is.
        import shutil

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


def base_python() -> Path:
    """Find the interpreter that runs caddis, not that of a venv around it."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable)
