"""What a package might be called; good for a proposal and for nothing else."""

from __future__ import annotations

from collections.abc import Collection

from packaging.utils import canonicalize_name

_FORMS = ("{}", "python-{}", "py{}", "{}-python", "py-{}")


def guess_names(module: str) -> tuple[str, ...]:
    """List package names that *module* might come from, likeliest first.

    >>> guess_names("acme")
    ('acme', 'python-acme', 'pyacme', 'acme-python', 'py-acme')
    """
    plain = canonicalize_name(module)
    return tuple(form.format(plain) for form in _FORMS)


def one_edit_away(name: str, known: Collection[str]) -> str | None:
    """Find a known name that differs from *name* by one slip of the finger.

    A letter more, less, other or swapped with its neighbour. Short names are left
    alone: there, neighbours are mostly honest.
    """
    if len(name) < _SHORTEST:
        return None
    return min(_slips(name) & frozenset(known), default=None)


_SHORTEST = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"


def _slips(name: str) -> frozenset[str]:
    cuts = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    less = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if tail[1:]}
    other = {head + c + tail[1:] for head, tail in cuts if tail for c in _LETTERS}
    more = {head + letter + tail for head, tail in cuts for letter in _LETTERS}
    return frozenset((less | swapped | other | more) - {name})
