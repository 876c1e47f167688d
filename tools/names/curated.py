"""The part of the table that people wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from caddis.model.dist_names import normalize

from names.merge import CURATED, NAMESPACE, NONE, Row

_HERE = Path(__file__).parent


def curated_rows() -> Iterator[Row]:
    """Read `curated_modules.txt`."""
    for words in fields(_HERE / "curated_modules.txt"):
        module, written = words[:2]
        pypi = written if written in {NAMESPACE, NONE} else normalize(written)
        conda = words[2] if len(words) > 2 else ""
        others = words[3].split(",") if len(words) > 3 else []
        yield Row(
            module=module,
            pypi=pypi,
            conda=NAMESPACE if pypi == NAMESPACE else conda,
            others=tuple(others),
            sources=(CURATED,),
        )


def same_names() -> Iterator[Row]:
    """Read `curated_same.txt`."""
    for words in fields(_HERE / "curated_same.txt"):
        for module in words:
            name = normalize(module)
            yield Row(module=module, pypi=name, conda="", sources=(CURATED,))


def curated_packages() -> Iterator[tuple[str, str]]:
    """Read `curated_packages.txt`: PyPI name, conda name."""
    for words in fields(_HERE / "curated_packages.txt"):
        yield words[0], words[1]


def fields(path: Path) -> Iterator[list[str]]:
    """Yield the words of each line that is more than a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if words:
            yield words
