"""The files of the table: text, sorted, one line a fact, fields between tabs.

- `modules.tsv`: module, PyPI name, conda name, other PyPI names (commas), sources.
  `*` as PyPI name marks a namespace, `-` that a world has no such package.
- `packages.tsv`: PyPI name, conda name, `<` where the conda name leads back to this
  one of several PyPI packages, `<<` where it does only that; `-` as above.
- `first_versions.tsv`: dotted name, PyPI package, version it first existed in.
- `last_versions.tsv`: dotted name, PyPI package, version that first lacks it.
- `extras.tsv`: PyPI package, extra of it, PyPI package that the extra brings.
- `programs.tsv`: module, program that has it; written by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from caddis.errors import ProjectError

CARRIED = Path(__file__).parents[2] / "data"
"""The folder of the table in this package."""
MODULES = "modules.tsv"
PACKAGES = "packages.tsv"
FIRST_VERSIONS = "first_versions.tsv"
LAST_VERSIONS = "last_versions.tsv"
EXTRAS = "extras.tsv"
PROGRAMS = "programs.tsv"
NONE = "-"
"""A world has no such package."""
NAMESPACE = "*"
"""Several packages share the module."""
BACK = "<"
ONLY_BACK = "<<"
"""The conda name leads back to this PyPI package; with the latter only that."""


def write_update(
    folder: Path,
    *,
    modules: Iterable[Sequence[str]],
    packages: Iterable[Sequence[str]],
) -> None:
    """Write what `carried_names` shall overrule the carried table with."""
    # Here, because most only read.
    from caddis.model.whole import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    for filename, rows in ((PACKAGES, packages), (MODULES, modules)):
        lines = ("\t".join(row) for row in rows)
        write_whole(folder / filename, "".join(f"{line}\n" for line in lines))


def read_rows(path: Path, *, width: int) -> Iterator[list[str]]:
    """Yield the fields of each line; nothing when there is no such file.

    Raises:
        ProjectError: a line has another number of fields.
    """
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != width:
            raise ProjectError(
                f"{path}:{number}: {width} fields expected, {len(fields)} found",
                hint="Fetch it again: caddis names update",
            )
        yield fields
