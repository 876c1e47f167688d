"""Names of which more than one index has a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def warn_of_indexes(places: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Point out names that more than one index has: one may be a stranger's.

    *places* are the indexes that have a package, the one that is taken first.
    """
    return tuple(
        f"{name} is taken from {having[0]}, and {' and '.join(having[1:])}"
        " has a package of the same name"
        for name, having in places.items()
        if len(having) > 1
    )
