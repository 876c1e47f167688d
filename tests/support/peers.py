"""Other people's tools, each in an environment of its own, to compare with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.channel.real import CACHE
from tests.support.locking import locked

CONDA_PACK = "conda-pack==0.9.2"
VENV_PACK = "venv-pack==0.2.0"
PEX = "pex==2.105.2"
PIP = "pip==26.3"


def peer(requirement: str, *extra: str, command: str = "", cache: Path = CACHE) -> Path:
    """Install *requirement*, as `conda-pack==0.9.2`; return its program.

    *extra* are packages that it needs and does not ask for; *command* is the program
    where it is not called like the package.
    """
    version = f"python-{sys.version_info.major}.{sys.version_info.minor}"
    environment = cache / "peers" / version / "+".join([requirement, *extra])
    program = environment / "bin" / (command or requirement.partition("==")[0])
    uv = str(Path(sys.executable).with_name("uv"))
    python = f"--python={environment}/bin/python"
    with locked(cache / "peers.lock"):
        if program.exists():
            return program
        create = [uv, "venv", "--quiet", "--clear", "--relocatable"]
        create += [f"--python={sys.executable}"]
        subprocess.run([*create, str(environment)], check=True)
        install = [uv, "pip", "install", "--quiet", python, requirement, *extra]
        subprocess.run(install, check=True)
    return program
