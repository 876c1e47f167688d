"""Wheels with metadata and nothing else, standing for what conda brings.

As URL constraints they give uv the one version that exists, whether or not an index
has it too, and tell it that nothing else is needed for it.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Extras = Mapping[str, tuple[str, ...]]
"""What each extra of a distribution needs: PEP 508, with a marker that names it."""

_TIME = (1980, 1, 1, 0, 0, 0)
_WHEEL = """\
Wheel-Version: 1.0
Generator: caddis
Root-Is-Purelib: true
Tag: py3-none-any
"""


def usual_stubs() -> Path:
    """Say where stubs are kept unless another place is named."""
    from platformdirs import user_cache_path

    return user_cache_path("caddis", appauthor=False) / "stubs"


def stub_constraints(
    provided: Iterable[tuple[str, str]],
    folder: Path,
    *,
    extras: Mapping[str, Extras] | None = None,
) -> Iterator[str]:
    """Write a stub for each of *provided* into *folder*; yield its constraint.

    *extras* are what extras of some of them need.
    """
    for name, version in provided:
        needs = tuple(_requirements((extras or {}).get(name, {})))
        # uv remembers what a file had: other metadata goes into another file.
        place = folder / _digest(needs) if needs else folder
        path = place / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        if not path.exists():
            place.mkdir(parents=True, exist_ok=True)
            _write_stub(path, name, version, needs)
        yield f"{name} @ {path.as_uri()}"


def _requirements(extras: Extras) -> Iterator[str]:
    for extra, needs in sorted(extras.items()):
        yield f"Provides-Extra: {extra}"
        yield from (f"Requires-Dist: {need}" for need in needs)


def _digest(lines: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def stub_version(version: str) -> str:
    """Turn conda's version into one that PyPI's rules allow, as near as can be.

    `2024a` becomes `2024a`, `9e` becomes `9`, `1.1.1w` becomes `1.1.1`.
    """
    from packaging.version import VERSION_PATTERN

    pattern = re.compile(VERSION_PATTERN, re.VERBOSE | re.IGNORECASE)
    legal = pattern.match(version.replace("_", "."))
    return legal[0] if legal else "0"


def _write_stub(path: Path, name: str, version: str, needs: tuple[str, ...]) -> None:
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    head = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}")
    metadata = "".join(f"{line}\n" for line in (*head, *needs))
    beside = path.with_suffix(".new")
    with zipfile.ZipFile(beside, "w") as wheel:
        for member, text in (("METADATA", metadata), ("WHEEL", _WHEEL), ("RECORD", "")):
            wheel.writestr(zipfile.ZipInfo(f"{info}/{member}", _TIME), text)
    beside.replace(path)
