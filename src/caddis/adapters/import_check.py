"""Import modules with another Python and see which of them fail, or end it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.passing import passing_folder

_SCRIPT = """
import importlib, json, os, sys

def groups(names):
    found = {}
    for name in names:
        found.setdefault(name.partition(".")[0], []).append(name)
    return found

def attempt(names, out):
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    for name in names:
        os.write(out, (json.dumps([name, "start"]) + "\\n").encode())
        try:
            importlib.import_module(name)
            said = ""
        except BaseException as error:
            said = "%s: %s" % (type(error).__name__, error)
        os.write(out, (json.dumps([name, said]) + "\\n").encode())

def in_child(names):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            attempt(names, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        lines = [json.loads(line) for line in stream]
    _, status = os.waitpid(child, 0)
    return lines, status

failed = {}
for names in groups(json.load(sys.stdin)).values():
    while names:
        lines, status = in_child(names)
        done = {name for name, said in lines if said != "start"}
        failed.update((name, said) for name, said in lines if said not in ("", "start"))
        rest = [name for name in names if name not in done]
        if rest:
            failed[rest[0]] = "ended Python with status %d" % status
            rest = rest[1:]
        names = rest
print(json.dumps(failed))
"""


class Importer:
    """Fulfils `caddis.ports.slimming.ImportCheck`."""

    def failures(self, python: Path, modules: Sequence[str]) -> Mapping[str, str]:
        """Run *python* without the user's settings and import *modules*."""
        with passing_folder("import") as home:
            try:
                done = subprocess.run(
                    [str(python), "-I", "-c", _SCRIPT],
                    input=json.dumps(list(modules)),
                    capture_output=True,
                    text=True,
                    check=True,
                    cwd=home,
                    env={
                        "HOME": str(home),
                        "PATH": "/usr/bin:/bin",
                        "MPLBACKEND": "agg",
                    },
                )
                found: dict[str, str] = json.loads(done.stdout)
            except (OSError, ValueError, subprocess.CalledProcessError) as error:
                reason = getattr(error, "stderr", "") or error
                raise PrefixError(
                    f"{python} does not run: {str(reason).strip()}",
                    hint="Pack without --slim and see whether that runs.",
                ) from None
        return found
