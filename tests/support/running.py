"""What an unpacked environment must be able to do, asked inside the sandbox."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

NATIVE = "ssl, sqlite3, ctypes, lzma, bz2, readline, curses, uuid, zlib"
"""Standard modules that need shared libraries beyond glibc."""

IMPORT_EVERYTHING = f"""
import importlib, importlib.metadata as metadata, sys
import {NATIVE}
names = set()
for dist in metadata.distributions():
    for file in dist.files or ():
        first, *rest = file.parts
        if first.endswith((".dist-info", ".libs", ".data")) or first in ("..", "bin"):
            continue
        if len(file.parts) == 2 and rest[0] in ("__init__.py",):
            names.add(first)
        elif not rest and first.endswith((".py", ".so")):
            names.add(first.split(".")[0])
for name in sorted(names):
    importlib.import_module(name)
print(len(names), "modules of packages imported by", sys.prefix)
"""

LIBRARIES_NOT_FOUND = """
find "$1" -type f \\( -name '*.so*' -o -path '*/bin/python3*' \\) |
while read -r file; do
    ldd "$file" 2>/dev/null | grep -q 'not found' && echo "$file" && ldd "$file"
done
true
"""
"""A shell script that names each file of the prefix $1 that lacks a library."""


def run(*command: str | Path, **variables: str) -> str:
    """Run *command* with nothing of this environment and return what it said."""
    words = [str(word) for word in command]
    env = {"PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words} ended {done.returncode}: {done.stderr}"
    return done.stdout


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
