"""Whether a prefix may be changed."""

from __future__ import annotations

from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import PlatformLock
from caddis.model.prefix.home import carried_python
from caddis.model.prefix.journal import journal_path
from caddis.model.prefix.pending import pending
from caddis.model.versions import minor


def is_new(prefix: Path) -> bool:
    """Say whether there is nothing at *prefix* yet, but for caddis's own folder."""
    return not prefix.exists() or {p.name for p in prefix.iterdir()} <= {".caddis"}


def check_ours(prefix: Path, *, adopt: bool) -> None:
    """Make sure that *prefix* may be changed.

    Raises:
        PrefixError: it is no environment, or somebody else's.
    """
    if is_new(prefix) or journal_path(prefix).exists() or pending(prefix).exists():
        return
    made_by_unpack = (prefix / ".caddis" / "manifest.json").exists()
    if made_by_unpack:
        return
    is_environment = (prefix / "conda-meta").is_dir() or (
        prefix / "pyvenv.cfg"
    ).is_file()
    if not is_environment:
        raise PrefixError(
            f"{prefix} has files and is not an environment",
            hint="Name an empty folder or one that does not exist.",
        )
    if not adopt:
        raise PrefixError(
            f"{prefix} is an environment that caddis did not make",
            hint="With --adopt caddis takes it over and removes what is not locked.",
        )


def check_kind(prefix: Path, wanted: PlatformLock) -> None:
    """Make sure that what is at *prefix* can become what is *wanted*.

    A virtual environment cannot become conda's, nor the other way round, and one that
    carries its own Python keeps its minor version.

    Raises:
        PrefixError: it cannot.
    """
    wants_conda = bool(wanted.of(Ecosystem.CONDA))
    has_conda = any((prefix / "conda-meta").glob("*.json"))
    is_venv = (prefix / "pyvenv.cfg").exists()
    python = "" if is_venv or has_conda else carried_python(prefix)
    if python and (wants_conda or minor(python) != minor(wanted.python)):
        raise PrefixError(
            f"{prefix} was unpacked with Python {python} and the lock is for"
            f" {'conda' if wants_conda else f'Python {wanted.python}'}",
            hint="Name another prefix, or pack the project anew and unpack that.",
        )
    if (is_venv and wants_conda) or (has_conda and not wants_conda):
        kinds = ("a virtual environment", "a conda environment")
        raise PrefixError(
            f"{prefix} is {kinds[has_conda]} and the lock is for {kinds[wants_conda]}",
            hint=f"Remove it first: rm -r {prefix}",
        )
