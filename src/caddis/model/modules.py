"""Which modules a set of files makes importable."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

_CODE = (".py", ".so", ".pyd")
_METADATA = (".dist-info", ".egg-info")
_INSTALLED_AS_CODE = frozenset({"purelib", "platlib"})


def outermost_modules(
    paths: Iterable[str], *, namespaces: Collection[str] = ()
) -> frozenset[str]:
    """Name the packages and modules that *paths* fill with code.

    *paths* are relative to site-packages, or members of a wheel. Of a package only
    the outermost folder is named; a folder without `__init__` and each of the known
    *namespaces* is passed through, for other distributions may fill it too.

    >>> sorted(outermost_modules(["a/__init__.py", "a/b.py", "google/rpc/c.py"]))
    ['a', 'google', 'google.rpc.c']
    """
    modules = {module for path in paths for module in _modules(path)}
    packages = {name for name, is_package in modules if is_package}
    owned = packages - frozenset(namespaces)
    names = {name for name, _ in modules if name not in namespaces}
    outermost = {name for name in names if not _inside(name, owned)}
    tops = {name.partition(".")[0] for name in outermost}
    return frozenset(outermost | (tops - frozenset(namespaces)))


def _inside(name: str, packages: Collection[str]) -> bool:
    head, dot, _ = name.rpartition(".")
    while dot:
        if head in packages:
            return True
        head, dot, _ = head.rpartition(".")
    return False


def _modules(path: str) -> Iterator[tuple[str, bool]]:
    """Yield the dotted name of a file and whether it makes its folder a package."""
    parts = list(PurePosixPath(path).parts)
    if parts and parts[0].endswith(".data"):
        if len(parts) < 2 or parts[1] not in _INSTALLED_AS_CODE:
            return
        parts = parts[2:]
    if not parts or parts[0].endswith(_METADATA) or not parts[-1].endswith(_CODE):
        return
    stem = parts[-1].partition(".")[0]
    folders = parts[:-1]
    dotted = folders if stem == "__init__" else [*folders, stem]
    if dotted and all(part.isidentifier() for part in dotted):
        yield ".".join(dotted), stem == "__init__"
