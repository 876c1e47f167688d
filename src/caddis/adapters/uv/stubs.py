"""Wheels with metadata and nothing else, standing for what conda brings.

As URL constraints they give uv the one version that exists, whether or not an index
has it too, and tell it that nothing else is needed for it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_TIME = (1980, 1, 1, 0, 0, 0)
_WHEEL = """\
Wheel-Version: 1.0
Generator: caddis
Root-Is-Purelib: true
Tag: py3-none-any
"""


def stub_constraints(
    provided: Iterable[tuple[str, str]], folder: Path
) -> Iterator[str]:
    """Write a stub for each of *provided* into *folder*; yield its constraint."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in provided:
        path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        if not path.exists():
            _write_stub(path, name, version)
        yield f"{name} @ {path.as_uri()}"


def stub_version(version: str) -> str:
    """Turn conda's version into one that PyPI's rules allow, as near as can be.

    `2024a` becomes `2024a`, `9e` becomes `9`, `1.1.1w` becomes `1.1.1`.
    """
    from packaging.version import VERSION_PATTERN

    pattern = re.compile(VERSION_PATTERN, re.VERBOSE | re.IGNORECASE)
    legal = pattern.match(version.replace("_", "."))
    return legal[0] if legal else "0"


def _write_stub(path: Path, name: str, version: str) -> None:
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    beside = path.with_suffix(".new")
    with zipfile.ZipFile(beside, "w") as wheel:
        for member, text in (("METADATA", metadata), ("WHEEL", _WHEEL), ("RECORD", "")):
            wheel.writestr(zipfile.ZipInfo(f"{info}/{member}", _TIME), text)
    beside.replace(path)
