"""The modules of a project, numbered, and found by parts of their dotted names."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

_TOO_MANY = 64
"""Modules; of so many with the same name nobody knows which one is meant."""

_REMEMBERED = 2**12
"""Names; neighbours import the same."""

_NONE = -1

_MARKS = 2**20
"""Places for marks that tell which parts of names there are, in a byte each."""


class Modules:
    """What the paths of files are called as modules, each name once."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Give numbers to the modules of *paths*."""
        self.numbers: dict[str, int] = {}
        """By dotted name; the folder of all may be a package, called nothing."""
        self.of_path = array("I", self._numbered(map(dotted, paths)))
        """The number of the module of each path."""
        self.names = list(self.numbers)
        self.is_package = "" in self.numbers
        """Whether the folder of all is a package."""
        backwards = [name[::-1] for name in self.names]
        self._order = array(
            "I", sorted(range(len(self.names)), key=backwards.__getitem__)
        )
        self._backwards = sorted(backwards)
        self.package = array("i", map(self._package_of, self.names))
        """The package that is loaded with each module; -1 where there is none."""
        self._found: dict[str, tuple[int, ...]] = {}
        self._last_parts = bytearray(_MARKS)
        for name in self.names:
            self._last_parts[_mark(name)] = True

    def _numbered(self, names: Iterable[str]) -> Iterable[int]:
        numbers = self.numbers
        return (numbers.setdefault(name, len(numbers)) for name in names)

    def loaded(self, module: str, names: Sequence[str]) -> tuple[int, ...]:
        """List what may be loaded by the import of *names* from *module*.

        The paths of files may begin above a dotted name, or inside of its first part.
        """
        if not self.is_package:
            # Most names are those of functions and classes.
            names = [name for name in names if self._last_parts[_mark(name)]]
        found = self._ending(module) or self._inside(module)
        for name in inside(module, names):
            found += self._ending(name) or self._inside(name)
        return found

    def loaded_within(
        self, package: str, module: str, names: Sequence[str]
    ) -> tuple[int, ...]:
        """List what the import of a relative *module* may load inside of *package*."""
        name = module.lstrip(".")
        for _ in range(len(module) - len(name) - 1):
            package = package.rpartition(".")[0]
        base = f"{package}.{name}".strip(".")
        found = [base, *inside(base, names)] if base else names
        return tuple([self.numbers[name] for name in found if name in self.numbers])

    def _ending(self, name: str) -> tuple[int, ...]:
        """List the modules whose dotted names are *name* or end with it."""
        if not name or not self._last_parts[_mark(name)]:
            return ()
        if len(self._found) > _REMEMBERED:
            self._found.clear()
        if name not in self._found:
            self._found[name] = self._sought(name)
        return self._found[name]

    def _sought(self, name: str) -> tuple[int, ...]:
        exact = self.numbers.get(name)
        found = [] if exact is None else [exact]
        end = f".{name}"[::-1]
        at = bisect_left(self._backwards, end)
        for place in range(at, min(at + _TOO_MANY + 1, len(self._order))):
            if not self._backwards[place].startswith(end):
                break
            found.append(self._order[place])
        return tuple(found) if len(found) <= _TOO_MANY else ()

    def _inside(self, name: str) -> tuple[int, ...]:
        """List the module *name* of the package that is the folder of all."""
        number = self.numbers.get(name.partition(".")[2]) if self.is_package else None
        return () if number is None else (number,)

    def _package_of(self, name: str) -> int:
        while name:
            name = name.rpartition(".")[0]
            if name in self.numbers:
                return self.numbers[name]
        return _NONE

    def around(self, module: int) -> Iterator[int]:
        """Yield the packages that are loaded with *module*, innermost first."""
        package = self.package[module]
        while package != _NONE:
            yield package
            package = self.package[package]

    def top(self, module: int) -> str:
        """Answer the outermost package that *module* may belong to."""
        return "" if self.is_package else self.names[module].partition(".")[0]


def inside(module: str, names: Iterable[str]) -> list[str]:
    """Put *module*, if it has a name, before each of *names*."""
    return [f"{module}.{name}" for name in names] if module else list(names)


def _mark(name: str) -> int:
    """Choose a place for the last part of *name*; others may have it, too."""
    return hash(name.rpartition(".")[2]) % _MARKS


def file_of(path: str) -> str:
    """Drop the cell that a path may end with, and the archive before it."""
    return path.partition("#")[0].rpartition("!")[2]


def dotted(path: str) -> str:
    """Name the module that the file at *path* is."""
    stem = file_of(path).removesuffix(".pyi").removesuffix(".py")
    if stem == "__init__":
        return ""
    return stem.removesuffix("/__init__").replace("/", ".")


def package_of(path: str, module: str) -> str:
    """Name the package that the file at *path*, which is *module*, belongs to."""
    if file_of(path).rpartition("/")[2].startswith("__init__."):
        return module
    return module.rpartition(".")[0]
