"""What imports have in common, in few bytes: a project has as many forms as files."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Collection, Iterator, Sequence
from sys import intern
from typing import NamedTuple, overload

from caddis.model.imports import Import, ImportKind

_KINDS = tuple(ImportKind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_AT_HAND = 2**13
"""Forms that are not made anew each time."""


class Form(NamedTuple):
    """All of an import but its place."""

    module: str
    names: tuple[str, ...]
    kind: ImportKind
    marker: str = ""
    group: str = ""
    package: str = ""
    cause: str = ""
    standing: ImportKind = ImportKind.REQUIRED
    why: str = ""

    @classmethod
    def of(cls, found: Import) -> Form:
        """Leave out where *found* stands."""
        return cls(
            found.module,
            found.names,
            found.kind,
            found.marker,
            found.group,
            found.package,
            found.cause,
            found.standing,
            found.why,
        )


_Told = tuple[str, tuple[str, ...], str, str, str, str, str]
"""A form without its kinds."""


class Packed(NamedTuple):
    """Forms as plain bytes, which `marshal` keeps."""

    told: bytes
    """One after another, marshalled without their kinds."""
    ends: bytes
    """Where each ends in `told`, as an array of Q."""
    kinds: bytes
    standings: bytes


NOTHING = Packed(b"", b"", b"", b"")


class Forms(Sequence[Form]):
    """A list that only grows; each form is made when it is asked for."""

    def __init__(self, packed: Packed = NOTHING) -> None:
        """Begin with what `packed` told of other forms."""
        self._told = bytearray(packed.told)
        self._ends = array("Q", packed.ends)
        self._kinds = bytearray(packed.kinds)
        self._standings = bytearray(packed.standings)
        self._at_hand: dict[int, Form] = {}

    def packed(self) -> Packed:
        """Put all into bytes."""
        return Packed(
            bytes(self._told),
            self._ends.tobytes(),
            bytes(self._kinds),
            bytes(self._standings),
        )

    def append(self, form: Form) -> None:
        """Add one more."""
        module, names, kind, marker, group, package, cause, standing, why = form
        told = (module, names, marker, group, package, cause, why)
        self._told += marshal.dumps(told)
        self._ends.append(len(self._told))
        self._kinds.append(_NUMBERS[kind])
        self._standings.append(_NUMBERS[standing])

    def take(self, other: Forms, number: int) -> None:
        """Add the form *number* of *other*."""
        self._told += other._told_bytes(number)
        self._ends.append(len(self._told))
        self._kinds.append(other._kinds[number])
        self._standings.append(other._standings[number])

    def which(self, kinds: Collection[ImportKind]) -> bytes:
        """Say of each form, by a 1, whether it has one of *kinds*."""
        table = bytes(kind in kinds for kind in _KINDS)
        return bytes(self._kinds.translate(table + bytes(256 - len(table))))

    def kind(self, number: int) -> ImportKind:
        """Say of which kind one form is."""
        return _KINDS[self._kinds[number]]

    def standing(self, number: int) -> ImportKind:
        """Say how one form stands."""
        return _KINDS[self._standings[number]]

    def asked(self, number: int) -> tuple[str, tuple[str, ...], str]:
        """Tell module, names and group of one form, which is not made for that."""
        module, names, _, group, *_ = self._told_of(number)
        return module, names, group

    def __len__(self) -> int:
        """Count them."""
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> Form: ...
    @overload
    def __getitem__(self, index: slice) -> list[Form]: ...
    def __getitem__(self, index: int | slice) -> Form | list[Form]:
        """Make one form, or several."""
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        form = self._at_hand.get(index)
        if form is None:
            if len(self._at_hand) >= _AT_HAND:
                self._at_hand.clear()
            form = self._at_hand[index] = self._made(index)
        return form

    def __iter__(self) -> Iterator[Form]:
        """Make one form after another."""
        return map(self._made, range(len(self)))

    def _told_of(self, number: int) -> _Told:
        told: _Told = marshal.loads(self._told_bytes(number))  # noqa: S302
        return told

    def _told_bytes(self, number: int) -> bytearray:
        start = self._ends[number - 1] if number else 0
        return self._told[start : self._ends[number]]

    def _made(self, number: int) -> Form:
        module, names, marker, group, package, cause, why = self._told_of(number)
        kind, standing = self._kinds[number], self._standings[number]
        return Form(
            intern(module),
            tuple(map(intern, names)),
            _KINDS[kind],
            marker,
            group,
            package,
            cause,
            _KINDS[standing],
            why,
        )
