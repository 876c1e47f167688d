"""poetry's ways to write versions, as PEP 440 and PEP 508 have them.

https://python-poetry.org/docs/dependency-specification/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PART = re.compile(r"(?P<sign>\^|~=|~|[=!<>]=?=?)?\s*(?P<version>[\w*][^\s,]*)")


def specifiers(text: str) -> str:
    """Write a range of poetry's as specifiers; empty for any version.

    Of alternatives (`||`) the last is taken, which is the newest by custom.

    >>> specifiers("^1.2")
    '>=1.2,<2'
    """
    last = text.rpartition("||")[2]
    return ",".join(each for part in _PART.finditer(last) for each in _limits(part))


def python_marker(text: str) -> str:
    """Write a range of Pythons as a marker; empty for any."""
    return " and ".join(
        f"{_variable(limit['version'])} {limit['sign']} '{limit['version']}'"
        for limit in _PART.finditer(specifiers(text))
    )


def _variable(version: str) -> str:
    is_minor = version.removesuffix(".*").count(".") < 2
    return "python_version" if is_minor else "python_full_version"


def _limits(part: re.Match[str]) -> Iterator[str]:
    sign, version = part["sign"] or "", part["version"]
    if version == "*":
        return
    if sign not in {"^", "~"}:
        yield f"{sign if sign not in {'', '='} else '=='}{version}"
        return
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("-")[0])]
    yield f">={version}"
    kept = _kept_by_caret(numbers) if sign == "^" else min(len(numbers), 2)
    upper = [*numbers[: kept - 1], numbers[kept - 1] + 1]
    yield f"<{'.'.join(map(str, upper))}"


def _kept_by_caret(numbers: list[int]) -> int:
    """Say how many numbers there are up to the first that is not 0."""
    leading = next((at for at, number in enumerate(numbers) if number), len(numbers))
    return min(leading + 1, len(numbers))
