"""The project itself, which nobody has to resolve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Requirement


def spelled_out(
    requirements: Iterable[Requirement], *, needs: Set[str]
) -> Iterator[LockedPackage]:
    """Give the folders that need no more than is asked for beside them.

    *needs* are the names of what was chosen for run time.
    """
    for requirement in requirements:
        if requirement.is_spelled_out:
            yield LockedPackage(
                name=requirement.name,
                version="",
                ecosystem=Ecosystem.PYPI,
                files=(),
                source=requirement.spec,
                depends=tuple(sorted(needs)),
            )
