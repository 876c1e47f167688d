"""Upper bounds of Requires-Python, which uv ignores and pip heeds.

Who takes what uv chose may get an environment that pip would refuse to make. So uv is
asked again without the versions that rule out the Python they are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from caddis.adapters.uv.known import KnownMetadata
from caddis.errors import EngineError, ResolveError
from caddis.model.pythons import is_allowed
from caddis.ports.progress import Reporter, Silent

if TYPE_CHECKING:
    from caddis.ports.pypi import PythonNeed, PythonRuledOut, Releases

_MOST_ROUNDS = 20
_UPPER = re.compile(r"<=?\s*(\d+)(?:\.(\d+))?")
_EXACT = re.compile(r"==|~=|!=\s*3\.\d\d")
"""Further clauses that may rule out a Python of today; uv heeds lower bounds itself."""
_MINOR = re.compile(r"3\.(\d+)")
_Answer = TypeVar("_Answer")


def within_bounds(
    choose: Callable[[tuple[str, ...]], _Answer],
    pins: Callable[[_Answer], Iterable[tuple[str, str]]],
    *,
    python: str,
    known: KnownMetadata,
    releases: Callable[[], Releases] | None,
    reporter: Reporter | None = None,
) -> _Answer:
    """Choose, again and again, until nothing chosen rules out *python*.

    *choose* takes further constraints; *pins* names the distributions of an answer and
    their versions. *reporter* is told what was passed over.

    Raises:
        PythonRuledOut: what is left does not do.
    """
    refused: dict[str, set[str]] = {}
    needs: list[PythonNeed] = []
    first: dict[str, tuple[str, PythonNeed]] = {}
    while True:
        try:
            answer = choose(tuple(_limits(refused)))
        except (ResolveError, EngineError):
            if not needs:
                raise
            raise _ruled_out(needs) from None
        unfit = list(_unfit(pins(answer), python, known))
        if not unfit:
            for sentence in _passed_over(first, dict(pins(answer)), python):
                (reporter or Silent()).note(sentence)
            return answer
        first = {need.by: (version, need) for version, need in unfit} | first
        needs += (need for _, need in unfit)
        if len(needs) > _MOST_ROUNDS:
            raise _ruled_out(needs)
        for version, need in unfit:
            told = releases().requires_python(need.by) if releases else {}
            others = (other for other in told if rules_out(told[other], python))
            refused.setdefault(need.by, set()).update((version, *others))


def rules_out(requires_python: str, python: str) -> bool:
    """Say whether no Python of the version *python*, `3.13` or `3.13.1`, will do."""
    if not _may_rule_out(requires_python, python):
        return False
    try:
        return not is_allowed(python, requires_python)
    except ValueError:
        return False


def _may_rule_out(requires_python: str, python: str) -> bool:
    running = tuple(map(int, f"{python}.0".split(".")[:2]))
    uppers = _UPPER.findall(requires_python)
    return bool(_EXACT.search(requires_python)) or any(
        (int(first), int(second or 0)) <= running for first, second in uppers
    )


def _unfit(
    pins: Iterable[tuple[str, str]], python: str, known: KnownMetadata
) -> Iterator[tuple[str, PythonNeed]]:
    for name, version in pins:
        metadata = known.of(name, version)
        if metadata and rules_out(metadata.requires_python, python):
            yield version, _need(metadata.requires_python, by=name)


def _need(requires_python: str, *, by: str) -> PythonNeed:
    # Here and below, because in most answers nothing rules a Python out.
    from caddis.ports.pypi import PythonNeed

    return PythonNeed(spec=requires_python.replace(" ", ""), by=by)


def _passed_over(
    first: Mapping[str, tuple[str, PythonNeed]], chosen: Mapping[str, str], python: str
) -> Iterator[str]:
    """Say in a sentence each what would have been chosen *first*, and is not."""
    for name, (version, need) in sorted(first.items()):
        if name in chosen:
            yield (
                f"{name} {chosen[name]} is taken and not {version}, which asks for"
                f" Python {need.spec}, and this is for {python}"
            )


def _limits(refused: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for name, versions in sorted(refused.items()):
        yield f"{name}{','.join(f'!={version}' for version in sorted(versions))}"


def _ruled_out(needs: Iterable[PythonNeed]) -> PythonRuledOut:
    """Tell what is needed, what speaks of the newest Python first."""
    from caddis.ports.pypi import PythonRuledOut

    ordered = sorted(dict.fromkeys(needs), key=_newest, reverse=True)
    told = (f"{need.by} requires Python {need.spec}" for need in ordered)
    return PythonRuledOut("\n".join(told), needs=tuple(ordered))


def _newest(need: PythonNeed) -> int:
    return max((int(minor) for minor in _MINOR.findall(need.spec)), default=0)
