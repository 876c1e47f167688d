"""Conda's explicit format: the URLs of one platform."""

from __future__ import annotations

from caddis.model.lock import Lock, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.export.exported import Exported, one_part


def explicit_text(lock: Lock, platform: str) -> Exported:
    """Write the conda packages of one platform, each with its hash."""
    part = one_part(lock, platform, what="A conda explicit file")
    lines = [
        "# This file may be used to create an environment using:",
        "# $ conda create --name <env> --file <this file>",
        f"# platform: {part.platform}",
        "@EXPLICIT",
        *map(_line, part.of(Ecosystem.CONDA)),
    ]
    others = ", ".join(package.name for package in part.of(Ecosystem.PYPI))
    lost = f"a conda explicit file cannot hold what is from PyPI: {others}"
    return Exported(text="\n".join(lines) + "\n", losses=(lost,) if others else ())


def _line(package: LockedPackage) -> str:
    """Name a file by its MD5: older condas (24.7 among them) read no other hash."""
    file = package.files[0]
    if file.md5:
        return f"{file.url}#{file.md5}"
    return f"{file.url}#sha256:{file.sha256}" if file.sha256 else file.url
