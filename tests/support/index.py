"""A PyPI index of tiny wheels, for tests that need no network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_TIME = (2023, 11, 14, 22, 13, 20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dist:
    """A pure distribution with one module of its name."""

    name: str
    version: str = "1.0"
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    requires_python: str = ">=3.8"
    commands: tuple[str, ...] = field(default=())
    """Entry points, `command = module:function`."""
    tag: str = "py3-none-any"

    @property
    def file_name(self) -> str:
        """The wheel's name."""
        return f"{self.name.replace('-', '_')}-{self.version}-{self.tag}.whl"


def write_wheel(dist: Dist, folder: Path) -> Path:
    """Write the wheel of *dist*; the same dist gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    module = dist.name.replace("-", "_")
    info = f"{module}-{dist.version}.dist-info"
    code = f'version = "{dist.version}"\n\ndef main():\n    print(version)\n'
    files = {
        f"{module}/__init__.py": code,
        f"{info}/METADATA": _metadata(dist),
        f"{info}/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
            f"Tag: {dist.tag}\n"
        ),
    }
    if dist.commands:
        lines = "\n".join(("[console_scripts]", *dist.commands))
        files[f"{info}/entry_points.txt"] = lines + "\n"
    record = "".join(f"{name},{_hash(text)}\n" for name, text in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n"
    path = folder / dist.file_name
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in files.items():
            wheel.writestr(zipfile.ZipInfo(name, _TIME), text)
    return path


def write_index(dists: Iterable[Dist], folder: Path) -> Path:
    """Write a PEP 503 index into *folder* and return `folder/simple`."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for dist in dists:
        by_name[dist.name].append(write_wheel(dist, folder / "files"))
    simple = folder / "simple"
    for name, paths in by_name.items():
        page = simple / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        links = (
            f'<a href="../../files/{path.name}'
            f'#sha256={hashlib.sha256(path.read_bytes()).hexdigest()}">{path.name}</a>'
            for path in paths
        )
        page.write_text(f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>")
    return simple


def _metadata(dist: Dist) -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {dist.name}",
        f"Version: {dist.version}",
        f"Requires-Python: {dist.requires_python}",
        *(f"Provides-Extra: {extra}" for extra in dist.extras),
        *(f"Requires-Dist: {requirement}" for requirement in dist.requires),
    ]
    return "\n".join(lines) + "\n"


def _hash(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return f"sha256={digest.rstrip(b'=').decode()},{len(text.encode())}"
