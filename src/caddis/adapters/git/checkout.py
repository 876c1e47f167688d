"""Projects out of git, to build a wheel of."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from caddis.errors import FetchError, SystemFailure
from caddis.model.git_source import GitSource
from caddis.model.urls import filled_in, logged_in, public


class GitCheckouts:
    """Fulfils `caddis.ports.packages.Checkouts`, with the credentials there are."""

    def __init__(
        self, environment: Mapping[str, str], *, logins: Sequence[str] = ()
    ) -> None:
        """Take the *environment* in which git finds its settings.

        It has what `${NAME}` in URLs stands for, too. *logins* are URLs with the
        credentials that their hosts take.
        """
        self._logins = logins
        self._environment = {**environment, "GIT_TERMINAL_PROMPT": "0"}

    def checkout(self, source: GitSource, into: Path) -> Path:
        """Write the files of *source* (see `Checkouts`).

        Tags come along, as versions are read from them, but of old files only those
        that this commit has, where the server can leave out the others.
        """
        clone = ("clone", "--quiet", "--no-checkout", "--filter=blob:none")
        url = filled_in(logged_in(source.url, self._logins), self._environment)
        self._git(*clone, "--", url, str(into), source=source)
        inside = ("-C", str(into))
        self._git(*inside, "checkout", "--quiet", source.commit, "--", source=source)
        modules = ("submodule", "--quiet", "update", "--init", "--recursive")
        self._git(*inside, *modules, source=source)
        project = (into / source.below).resolve()
        if not project.is_dir() or not project.is_relative_to(into.resolve()):
            raise FetchError(
                f"{public(source.url)} has no folder {source.below}",
                hint="Check the subdirectory in the requirement, and lock again.",
            )
        return project

    def _git(self, *words: str, source: GitSource) -> None:
        try:
            done = subprocess.run(
                ["git", *words],
                capture_output=True,
                check=False,
                env=self._environment,
            )
        except FileNotFoundError:
            raise SystemFailure(
                f"{public(source.url)} takes git, which is not on this machine",
                hint="Install git.",
            ) from None
        if done.returncode:
            said = public(done.stderr.decode(errors="replace").strip())
            raise FetchError(
                f"{source.commit[:12]} of {public(source.url)} cannot be had: {said}",
                hint="Check the address, and that git may read it: git ls-remote URL.",
            )
