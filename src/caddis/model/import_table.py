"""Many imports in little memory: what several have in common is kept once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import overload

from caddis.model.import_forms import Form, Forms
from caddis.model.imports import Import, ImportKind

_PLACES = 2**17
"""Where forms are looked for by their hashes, to tell them from new ones."""
_NO_HASH = -1
"""No object has this hash."""


class Imports(Sequence[Import]):
    """Imports in columns of numbers; each becomes an `Import` when it is asked for.

    A selection shares the columns of what it was taken from.
    """

    __slots__ = ("columns", "form_of", "forms", "paths", "rows")

    def __init__(
        self,
        forms: Forms,
        paths: list[str],
        columns: tuple[array[int], array[int], array[int]],
        form_of: array[int],
        rows: Sequence[int],
    ) -> None:
        """Take columns as they are; `ImportTable` fills them."""
        self.forms = forms
        self.paths = paths
        self.columns = columns
        """Number of the path, line and column of every row."""
        self.form_of = form_of
        """Number of the form of every row."""
        self.rows = rows
        """Which rows are meant, in their order."""

    def __len__(self) -> int:
        """Count the imports."""
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Import: ...
    @overload
    def __getitem__(self, index: slice) -> Imports: ...
    def __getitem__(self, index: int | slice) -> Import | Imports:
        """Make one import, or a selection."""
        if isinstance(index, slice):
            return self.chosen(self.rows[index])
        return self._import(self.rows[index])

    def __iter__(self) -> Iterator[Import]:
        """Make one import after another."""
        return map(self._import, self.rows)

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence of imports."""
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        """Agree with equal tuples."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """Look like the tuple that would hold the same."""
        return repr(tuple(self))

    def chosen(self, rows: Sequence[int]) -> Imports:
        """Select *rows*."""
        return Imports(self.forms, self.paths, self.columns, self.form_of, rows)

    def of_kinds(self, kinds: Collection[ImportKind]) -> Imports:
        """Select the imports that have one of *kinds*."""
        return self._passed(self.forms.which(kinds))

    def where(self, test: Callable[[Form], bool]) -> Imports:
        """Select the imports whose forms pass *test*, which is asked once a form."""
        passed = bytearray(len(self.forms))
        for number in self.numbers():
            passed[number] = test(self.forms[number])
        return self._passed(passed)

    def _passed(self, which: Sequence[int]) -> Imports:
        """Select the imports of *which* forms, told by a 1 for each."""
        passed = map(which.__getitem__, self._form_numbers())
        rows = array("I", compress(self.rows, passed))
        return self if len(rows) == len(self) else self.chosen(rows)

    def numbers(self) -> Iterator[int]:
        """Yield the number of each form once, in order of its first row."""
        seen = bytearray(len(self.forms))
        for number in self._form_numbers():
            if not seen[number]:
                seen[number] = True
                yield number

    def by_form(self) -> tuple[array[int], array[int]]:
        """Group rows by their forms, as `grouped` answers it."""
        numbers = array("I", self._form_numbers())
        return grouped(numbers, self.rows, len(self.forms))

    def kinds(self) -> frozenset[ImportKind]:
        """List the kinds there are."""
        return frozenset(map(self.forms.kind, set(self._form_numbers())))

    def places(self) -> Iterator[tuple[Form, str, int, int]]:
        """Yield the form, path, line and column of each."""
        paths, lines, columns = self.columns
        for row in self.rows:
            form = self.forms[self.form_of[row]]
            yield form, self.paths[paths[row]], lines[row], columns[row]

    def weighed(self, changes: Iterable[tuple[int, ImportKind, str]]) -> Weighed:
        """Give other kinds to some rows, and say why; keep no forms of other rows."""
        forms = Forms()
        kept = _numbers(len(self.forms))
        form_of = _numbers(len(self.form_of))
        for row in self.rows:
            number = self.form_of[row]
            if not kept[number]:
                forms.take(self.forms, number)
                kept[number] = len(forms)
            form_of[row] = kept[number] - 1
        changed: dict[tuple[int, ImportKind, str], int] = {}
        for row, kind, why in changes:
            key = self.form_of[row], kind, why
            if key not in changed:
                changed[key] = len(forms)
                forms.append(self.forms[key[0]]._replace(kind=kind, why=why))
            form_of[row] = changed[key]
        return Weighed(forms, self.paths, self.columns, form_of, self.rows)

    def path(self, row: int) -> str:
        """Say in which file *row* stands."""
        return self.paths[self.columns[0][row]]

    def _form_numbers(self) -> Iterable[int]:
        """Tell the number of the form of each."""
        rows = self.rows
        if isinstance(rows, range) and rows.step > 0:
            return self.form_of[rows.start : rows.stop : rows.step]
        return map(self.form_of.__getitem__, rows)

    def _import(self, row: int) -> Import:
        form = self.forms[self.form_of[row]]
        paths, lines, columns = self.columns
        return Import(
            module=form.module,
            names=form.names,
            kind=form.kind,
            path=self.paths[paths[row]],
            line=lines[row],
            column=columns[row],
            marker=form.marker,
            group=form.group,
            package=form.package,
            cause=form.cause,
            standing=form.standing,
            why=form.why,
        )


class Weighed(Imports):
    """Imports that ask for packages, of the kinds that the whole project gives them."""

    __slots__ = ()


def _numbers(count: int) -> array[int]:
    """Make room for so many numbers, all of them 0."""
    return array("I", bytes(4 * count))


class ImportTable:
    """Grows by the imports of one file after another."""

    def __init__(self) -> None:
        self._forms = Forms()
        self._hashes = array("q", [_NO_HASH]) * _PLACES
        self._last = _numbers(_PLACES)
        """By a part of its hash, the number of the form that was there last."""
        self._paths: list[str] = []
        self._form_of = array("I")
        self._columns = (array("I"), array("I"), array("I"))

    def number(self, form: Form) -> int:
        """Give a number to *form*, or tell the one that it got lately."""
        key = hash(form)
        place = key % _PLACES
        number = self._last[place]
        if self._hashes[place] == key and self._forms[number] == form:
            return number
        self._hashes[place] = key
        self._last[place] = len(self._forms)
        self._forms.append(form)
        return self._last[place]

    def add(
        self,
        path: str,
        forms: Sequence[int],
        lines: Iterable[int],
        columns: Iterable[int],
    ) -> None:
        """Add the imports of *path*: numbers of their forms, lines and columns.

        Of a file without any, only the path is kept.
        """
        paths, all_lines, all_columns = self._columns
        if not self._paths or self._paths[-1] != path:
            self._paths.append(path)
        paths.extend([len(self._paths) - 1] * len(forms))
        self._form_of.extend(forms)
        all_lines.extend(lines)
        all_columns.extend(columns)

    def imports(self) -> Imports:
        """List all that was added."""
        return Imports(
            self._forms,
            self._paths,
            self._columns,
            self._form_of,
            range(len(self._form_of)),
        )


def grouped(
    keys: array[int], values: Iterable[int], count: int
) -> tuple[array[int], array[int]]:
    """Put *values* in order of their *keys*, which are below *count*.

    Answers where those of each key begin, with one end more, and the values.
    """
    first = array("I", bytes(4 * (count + 1)))
    for key in keys:
        first[key + 1] += 1
    for key in range(count):
        first[key + 1] += first[key]
    at = array("I", first)
    grouped = array("I", bytes(4 * len(keys)))
    for key, value in zip(keys, values, strict=True):
        grouped[at[key]] = value
        at[key] += 1
    return first, grouped


def packed(imports: Iterable[Import]) -> Imports:
    """Put *imports* into a table, if they are in none yet."""
    if isinstance(imports, Imports):
        return imports
    table = ImportTable()
    for found in imports:
        number = table.number(Form.of(found))
        table.add(found.path, (number,), (found.line,), (found.column,))
    return table.imports()
