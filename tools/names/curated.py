"""The part of the table that people wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from names.merge import CURATED, NAMESPACE, NONE, Row

_HERE = Path(__file__).parent


def curated_rows() -> Iterator[Row]:
    """Read `curated_modules.txt`."""
    for fields in _fields(_HERE / "curated_modules.txt"):
        module, written = fields[:2]
        pypi = written if written in {NAMESPACE, NONE} else canonicalize_name(written)
        conda = fields[2] if len(fields) > 2 else written
        others = fields[3].split(",") if len(fields) > 3 else []
        yield Row(
            module=module,
            pypi=pypi,
            conda=NAMESPACE if pypi == NAMESPACE else conda,
            others=tuple(others),
            sources=(CURATED,),
        )


def same_names() -> Iterator[Row]:
    """Read `curated_same.txt`."""
    for fields in _fields(_HERE / "curated_same.txt"):
        for module in fields:
            name = canonicalize_name(module)
            yield Row(module=module, pypi=name, conda=name, sources=(CURATED,))


def curated_packages() -> Iterator[tuple[str, str]]:
    """Read `curated_packages.txt`: PyPI name, conda name."""
    for fields in _fields(_HERE / "curated_packages.txt"):
        yield fields[0], fields[1]


def _fields(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.partition("#")[0].split()
        if fields:
            yield fields
