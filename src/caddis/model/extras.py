"""Extras that were asked for and that a distribution does not have.

uv takes `requests[sokcs]` for `requests`, and so would everybody who installs the lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from caddis.model.requirements import Requirement


def unknown_extras(
    requirements: Iterable[Requirement], known: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Point out, in a sentence each, the extras that are not there.

    *known* are those that distributions have; of others nobody can tell.
    """
    sentences = (
        sentence
        for requirement in requirements
        for sentence in _told(requirement, known)
    )
    return tuple(dict.fromkeys(sentences))


def _told(
    requirement: Requirement, known: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    from caddis.model.dist_names import normalize

    there = known.get(requirement.name)
    if there is None:
        return
    for extra in sorted(requirement.extras):
        if normalize(extra) not in map(normalize, there):
            yield (
                f"{requirement.name} has no extra {extra!r}"
                f" ({requirement.place}): {_advice(extra, there)}"
            )


def _advice(extra: str, there: Sequence[str]) -> str:
    from difflib import get_close_matches

    if not there:
        return "it has none"
    close = get_close_matches(extra, there, n=1)
    meant = f"; is {close[0]} meant?" if close else ""
    return f"it has {', '.join(sorted(there))}{meant}"
