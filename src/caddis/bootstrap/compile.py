"""Compile sources to bytecode with the Python that runs this file.

Standard library only. Standard input is a JSON object: `mode` is the name of a
`py_compile.PycInvalidationMode`, `jobs` a list of [source, name, target]: the file to
read, the name it has in tracebacks, the file to write. A source that does not compile
gets no bytecode, as with an import.
"""

from __future__ import annotations

import json
import os
import py_compile
import sys


def main() -> None:
    """Do the jobs on standard input, in their order."""
    if sys.version_info < (3, 11) and sys.flags.hash_randomization:
        _start_again_without_chance()
    work = json.load(sys.stdin)
    mode = py_compile.PycInvalidationMode[work["mode"]]
    for source, name, target in work["jobs"]:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            py_compile.compile(
                source, cfile=target, dfile=name, doraise=True, invalidation_mode=mode
            )
        except (py_compile.PyCompileError, OSError, ValueError, RecursionError):
            continue


def _start_again_without_chance() -> None:
    """Replace this process by one whose hashes are the same each time.

    Before Python 3.11 the members of a frozenset stand in the bytecode in the order of
    their hashes (bpo-37596).
    """
    for name in ("PYTHONPATH", "PYTHONHOME"):
        os.environ.pop(name, None)
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, "-s", "-S", sys.argv[0]])  # noqa: S606


if __name__ == "__main__":
    main()
