"""Build the folder of real code that bench/scan.py measures on.

    python bench/scan_corpus.py FOLDER

Source distributions are resolved by uv from the configured index and their Python
files unpacked, nothing built; the running interpreter's library is copied beside.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECTS = """
    apache-airflow-core dask django matplotlib numpy pandas scikit-learn scipy
    sqlalchemy sympy transformers
""".split()
KEPT = (".py", ".pyi", ".ipynb", "pyproject.toml")


def main() -> None:
    """Fill the folder named on the command line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="it may have a part of it already")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    _copy_standard_library(folder / "cpython")
    for name, url, sha256 in _source_distributions():
        if not (folder / name).exists():
            _unpack(_download(url, sha256), folder / name)
    files = [path for path in folder.rglob("*.py") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} files, {size / 1e6:.1f} MB in {folder}")


def _source_distributions() -> Iterator[tuple[str, str, str]]:
    command = "uv pip compile -q --no-deps --format pylock.toml --python-version 3.12 -"
    done = subprocess.run(
        command.split(), input="\n".join(PROJECTS), capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    for package in tomllib.loads(done.stdout)["packages"]:
        source = package.get("sdist")
        if source:
            yield package["name"], source["url"], source["hashes"]["sha256"]


def _download(url: str, sha256: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        data: bytes = answer.read()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise SystemExit(f"{url} is not what the index promised")
    return data


def _unpack(data: bytes, folder: Path) -> None:
    """Write the Python files of an archive, without its outermost folder."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            path = Path(*Path(member.name).parts[1:])
            content = archive.extractfile(member) if member.isfile() else None
            if content is None or ".." in path.parts or not path.name.endswith(KEPT):
                continue
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content.read())


def _copy_standard_library(folder: Path) -> None:
    if not folder.exists():
        library = sysconfig.get_path("stdlib")
        ignored = shutil.ignore_patterns("site-packages", "__pycache__", "*.so")
        shutil.copytree(library, folder, ignore=ignored)


if __name__ == "__main__":
    main()
