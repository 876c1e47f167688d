"""conda-lock.yml, in version 1 of its format.

https://github.com/conda/conda-lock/blob/main/conda_lock/lockfile/v1/models.py
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.stages.export.exported import Exported, parts_of
from caddis.stages.export.wheels import best_file
from caddis.stages.export.yaml_text import yaml_lines

_NEED = re.compile(r"\s*(?P<name>(?!__)[\w.-]+)(?:\[[^]]*\])?(?P<limit>.*)")
"""A dependency as conda or PEP 508 has it; virtual packages are none."""


def conda_lock_text(lock: Lock, platform: str) -> Exported:
    """Write *lock* as a conda-lock.yml."""
    parts = parts_of(lock, platform)
    document = {
        "version": 1,
        "metadata": {
            "content_hash": {part.platform: _content_hash(part) for part in parts},
            "channels": [
                {"url": channel.rstrip("/"), "used_env_vars": []}
                for channel in lock.channels
            ],
            "platforms": [part.platform for part in parts],
            "sources": ["environment.yml"],
        },
        "package": [entry for part in parts for entry in _entries(part)],
    }
    return Exported(
        text="\n".join(yaml_lines(document)) + "\n", losses=tuple(_losses(parts))
    )


def _entries(part: PlatformLock) -> Iterator[dict[str, Any]]:
    for package in sorted(part.packages, key=lambda p: (p.name, p.ecosystem.value)):
        if package.source:
            continue
        is_conda = package.ecosystem is Ecosystem.CONDA
        groups = () if "" in package.groups else package.groups
        file = package.files[0] if is_conda else best_file(package.files, part)
        yield {
            "name": package.name,
            "version": package.version,
            "manager": "conda" if is_conda else "pip",
            "platform": part.platform,
            "dependencies": _dependencies(package),
            "url": file.url,
            "hash": _hash(file),
            "category": groups[0] if groups else "main",
            "optional": bool(groups),
        }


def _dependencies(package: LockedPackage) -> dict[str, str]:
    """Map the names of what it needs to their limits; extras need nothing here."""
    found = {}
    for text in package.depends:
        need, _, marker = text.partition(";")
        parts = _NEED.match(need)
        if parts and "extra" not in marker:
            found[parts["name"].lower()] = parts["limit"].strip("() ")
    return found


def _hash(file: LockedFile) -> dict[str, str]:
    known = {"md5": file.md5, "sha256": file.sha256}
    return {name: digest for name, digest in known.items() if digest}


def _content_hash(part: PlatformLock) -> str:
    lines = "\n".join(f"{p.name} {p.version} {p.build}" for p in part.packages)
    return hashlib.sha256(lines.encode()).hexdigest()


def _losses(parts: Iterable[PlatformLock]) -> Iterator[str]:
    for name in sorted({p.source for part in parts for p in part.packages if p.source}):
        yield f"conda-lock.yml cannot hold {name}"
