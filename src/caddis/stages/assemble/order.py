"""Whose file counts where several conda packages have one of the same path.

rattler lets the package win that comes last when dependencies come first and, among
packages that do not need each other, the first by name comes last. The same rule here
gives the same environment as an installation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from caddis.model.lock import LockedPackage


def winners(
    packages: Sequence[LockedPackage], paths: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Say which package has each path; *paths* are those of each by its name."""
    return {path: name for name in install_order(packages) for path in paths[name]}


def install_order(packages: Sequence[LockedPackage]) -> list[str]:
    """Name *packages* so that each comes after those it depends on."""
    needs = {p.name: {spec.split()[0] for spec in p.depends} for p in packages}
    needs = {name: (known & needs.keys()) - {name} for name, known in needs.items()}
    needed = frozenset[str]().union(*needs.values())
    order: list[str] = []
    seen: set[str] = set()
    # Packages in a circle are needed by each other and by nothing else: they go first.
    waiting = [(name, False) for name in sorted(needs.keys() - needed)]
    waiting = [*((name, False) for name in sorted(needed)), *waiting]
    while waiting:
        name, done = waiting.pop()
        if done:
            order.append(name)
        elif name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting += ((other, False) for other in sorted(needs[name]))
    return order
