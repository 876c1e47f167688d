"""Which test folders are imported by code that is no test itself.

A few packages keep helpers that they need at run time in a folder named `tests`. An
import of it, anywhere outside of tests, keeps the folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from caddis.model.layers import Entry, Layer

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(?P<module>[.\w]+)[ \t]+import[ \t]*(?P<names>[^\n]*)"
    rb"|import[ \t]+(?P<plain>[\w.]+))",
    re.MULTILINE,
)
_TESTS = re.compile(rb"\btests?\b")


def test_folders_in_use(
    layers: Sequence[Layer], *, is_test: Callable[[str], bool]
) -> frozenset[str]:
    """Name the test folders, relative to the prefix, that other code imports."""
    folders = {
        posixpath.dirname(entry.path)
        for layer in layers
        for entry in layer.entries
        if is_test(entry.path)
    }
    if not folders:
        return frozenset()
    named = {
        f"{root}/{module.replace('.', '/')}"
        for layer in layers
        for entry in layer.entries
        if entry.path.endswith(".py") and not is_test(entry.path)
        for root, module in _named_tests(entry)
    }
    return frozenset(_up_to_tests(path) for path in named)


def _named_tests(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield root and dotted name of each module in a test folder that is imported."""
    content = entry.read()
    if not _TESTS.search(content):
        return
    root = _root(entry.path)
    package = posixpath.dirname(entry.path)[len(root) + 1 :].replace("/", ".")
    for found in _IMPORT.finditer(content):
        for module in _modules(found, package):
            if {"test", "tests"} & set(module.split(".")):
                yield root, module


def _modules(found: re.Match[bytes], package: str) -> Iterator[str]:
    if found["plain"]:
        yield found["plain"].decode()
        return
    module = _absolute(found["module"].decode(), package)
    yield module
    for name in re.findall(rb"\btests?\b", found["names"]):
        yield f"{module}.{name.decode()}"


def _absolute(module: str, package: str) -> str:
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    parts = package.split(".")
    above = parts[: len(parts) - level + 1]
    return ".".join((*above, *filter(None, [module.lstrip(".")])))


def _root(path: str) -> str:
    """Give the folder that *path* is imported from."""
    before, found, _ = path.partition("/site-packages/")
    if found:
        return f"{before}/site-packages"
    return "/".join(path.split("/")[:2])


def _up_to_tests(path: str) -> str:
    parts = path.split("/")
    for number, part in enumerate(parts):
        if part in {"test", "tests"}:
            return "/".join(parts[: number + 1])
    return path
