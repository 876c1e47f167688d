"""git: files as they were in some revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from caddis.errors import ProjectError


def show(revision: str, path: str, *, folder: Path) -> bytes:
    """Give the content of *path*, relative to *folder*, in *revision*.

    Raises:
        ProjectError: git knows no such file in that revision.
    """
    place = path if path.startswith(("./", "../")) else f"./{path}"
    try:
        done = subprocess.run(
            ["git", "show", f"{revision}:{place}", "--"],
            cwd=folder,
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        raise ProjectError("git is not on this machine", hint="Install git.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise ProjectError(
            f"git has no {path} in {revision}: {said}",
            hint="Write REVISION:PATH, as HEAD~1:caddis.lock.",
        ) from None
    return done.stdout
