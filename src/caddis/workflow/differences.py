"""What to tell of files that are not as their packages brought them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.words import counted

_MOST = 10
"""Files of one package that are named one by one."""
_KEPT = {
    FileState.EDITED: "was edited; the edit is kept",
    FileState.MISSING: "is missing",
}
_REPAIRED = {
    FileState.EDITED: "was edited; the package's own is packed",
    FileState.MISSING: "was missing; the package's own is packed",
}


def tell(
    differences: Sequence[ChangedFile], *, repaired: bool = False
) -> Iterator[str]:
    """Describe *differences* for people, in few lines."""
    words = _REPAIRED if repaired else _KEPT
    for (package, state, by), group in groupby(differences, key=_kind):
        files = list(group)
        if state is FileState.SHADOWED:
            yield _shadowed(package, by, len(files))
            continue
        yield from (f"{f.path} of {package} {words[state]}" for f in files[:_MOST])
        if len(files) > _MOST:
            more = len(files) - _MOST
            yield f"{counted(more, 'more file')} of {package}: each {words[state]}"


def tell_strange(paths: Sequence[str]) -> str:
    """Describe files that turned out not to be their packages' while being packed."""
    named = ", ".join(paths[:_MOST])
    more = f" and {len(paths) - _MOST:,} more" if len(paths) > _MOST else ""
    return (
        f"{named}{more}: not as the package has it, though no newer; it was edited, or"
        " another prefix stands in it, and is packed as it is"
    )


def _kind(file: ChangedFile) -> tuple[str, FileState, str]:
    return file.package, file.state, file.by


def _shadowed(package: str, by: str, count: int) -> str:
    if package != by:
        files = counted(count, "file")
        return f"{by}, a distribution, has overwritten {files} of {package}"
    return (
        f"{package} of conda is there in name only: {count:,} of its files gave way to"
        f" another version, which pip or uv installed and which is packed. To have"
        f" conda's, `pip uninstall {package}` and `conda install --force-reinstall"
        f" {package}`; to have the other alone, `conda remove --force {package}` and"
        f" `pip install --force-reinstall {package}`"
    )
