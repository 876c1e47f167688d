"""Python programs, asked about themselves and put to work."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from caddis.errors import EngineError, PrefixError
from caddis.ports.interpreter import BytecodeJob, Installation

_QUESTION = """
import json, os, sys, sysconfig
base = sysconfig.get_path
names = sysconfig.get_config_vars()
own = {"installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix}
executable = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "executable": os.path.realpath(executable),
    "prefix": sys.base_prefix,
    "stdlib": os.path.dirname(os.__file__),
    "extensions": names.get("DESTSHARED") or "",
    "include": names.get("INCLUDEPY") or base("include", vars=own),
    "library": [names.get("LIBDIR") or "", names.get("INSTSONAME") or ""],
}))
"""


_COMPILE = str(files("caddis.bootstrap").joinpath("compile.py"))


class LocalInterpreters:
    """Fulfils `caddis.ports.interpreter.Interpreters` on this machine."""

    def describe(self, python: Path) -> Installation:
        """Run *python* without its site packages and read its answer."""
        try:
            done = subprocess.run(
                [str(python), "-I", "-S", "-c", _QUESTION],
                capture_output=True,
                text=True,
                check=True,
            )
            answer = json.loads(done.stdout)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            reason = getattr(error, "stderr", "") or error
            raise PrefixError(
                f"{python} does not run: {str(reason).strip()}",
                hint="Its interpreter was moved or removed; make the environment again"
                " with caddis sync.",
            ) from None
        stdlib = Path(answer["stdlib"])
        extensions = Path(answer["extensions"])
        prefix = Path(answer["prefix"])
        if not extensions.is_dir():
            extensions = stdlib / "lib-dynload"
        library = prefix / "lib" / answer["library"][1]
        if not library.is_file():
            library = Path(*answer["library"])
        return Installation(
            version=answer["version"],
            executable=Path(answer["executable"]),
            prefix=prefix,
            stdlib=stdlib,
            extensions=extensions,
            include=Path(answer["include"]),
            library=library if ".so" in library.name and library.is_file() else None,
        )


class BytecodeCompiler:
    """Fulfils `caddis.ports.interpreter.Compiler` by running *python*."""

    def __init__(self, python: Path, version: str) -> None:
        """*version* is Python's, as `3.11.7`."""
        self._python = python
        self.tag = f"cpython-{''.join(version.split('.')[:2])}"

    def compile(self, jobs: Sequence[BytecodeJob], *, portable: bool) -> None:
        """Hand *jobs* to `caddis.bootstrap.compile` in one process."""
        mode = "UNCHECKED_HASH" if portable else "TIMESTAMP"
        done = subprocess.run(
            [str(self._python), "-I", "-S", _COMPILE],
            input=json.dumps({"mode": mode, "jobs": jobs}),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EngineError(f"{self._python} could not compile: {done.stderr}")
