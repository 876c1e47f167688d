"""Compiling requirements of real packages, beside pip-compile and uv.

All three ask one mirror on this machine (`bench.mirror`). It is filled from the index
that pip uses here when this runs for the first time, and asks nobody afterwards.

Each timed run comes right after one of the same command that is not timed. A run of
pip-compile takes ten seconds, and what nobody used for so long the system puts aside:
whoever came after it would be timed while it reads its own program again.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.measure import CADDIS, UV, Bench, Case
from bench.place import Place, run

KEPT = Path(__file__).parents[1] / ".cache" / "bench-index"
FEW = ("flask", "jupyter-client", "pandas", "requests", "rich")
MANY = (
    *("black", "boto3", "dask[complete]", "django", "fastapi[standard]", "flask"),
    *("httpx", "hypothesis", "ipython", "jupyterlab", "matplotlib", "mypy", "nox"),
    *("openpyxl", "pandas", "plotly", "pydantic-settings", "pylint", "pytest"),
    *("requests", "rich", "scikit-learn", "seaborn", "spacy", "sphinx"),
    *("sqlalchemy", "statsmodels", "streamlit", "tox", "transformers"),
)
_ALONE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
}
"""So that pip asks the mirror alone, whatever it is set up for."""


@contextmanager
def mirror(pip_tools: Path) -> Iterator[str]:
    """Run the mirror by the Python of *pip_tools*; yield its URL."""
    KEPT.mkdir(parents=True, exist_ok=True)
    command = [str(pip_tools / "python"), "-m", "bench.mirror", str(KEPT)]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout and server.stdin
        yield server.stdout.readline().strip()
        server.stdin.close()


def compile_few(place: Place) -> Bench:
    """Compile 5 requirements."""
    return _compile(place, FEW)


def compile_many(place: Place) -> Bench:
    """Compile 30 requirements."""
    return _compile(place, MANY)


def _compile(place: Place, asked: tuple[str, ...]) -> Bench:
    """Compile *asked* with each tool, after once for its cache."""
    folder = place.work / f"compile-{len(asked)}"
    folder.mkdir()
    source, out = folder / "requirements.in", folder / "out.txt"
    source.write_text("".join(f"{name}\n" for name in asked))
    names = ("-q", str(source), "-o", str(out), "--index-url", place.mirror)
    # pip keeps nothing of a server without https that it is not told to trust.
    trust = ("--trusted-host", urlsplit(place.mirror).netloc, "--no-strip-extras")
    pip = (str(place.pip_tools / "pip-compile"), *names, f"--cache-dir={folder}/pip")
    commands = {
        "pip-compile": ("env", *(f"{k}={v}" for k, v in _ALONE.items()), *pip, *trust),
        "uv": (UV, "pip", "compile", *names, f"--cache-dir={folder}/uv"),
        "caddis": (CADDIS, "compile", *names),
    }
    for command in commands.values():
        out.unlink(missing_ok=True)
        run(*command, caches=place.caches)
    count = out.read_text().count("==")
    return Bench(
        title=f"Compile {len(asked)} requirements, {count} packages",
        base="pip-compile",
        cases=tuple(
            Case(name=name, command=command, output=out, warm=True)
            for name, command in commands.items()
        ),
    )
