"""Ask a Python program where its installation is, by running it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from caddis.errors import PrefixError
from caddis.ports.interpreter import Installation

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
