"""Which Pythons would do, out of uv's reasons why one does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caddis.ports.pypi import PythonNeed

_SPEC = r"Python ?(?P<spec>[<>=!~]=?[\w.*]+(?:, ?[<>=!~]+[\w.*]+)*)"
_METADATA = re.compile(
    rf"(?P<by>[\w.-]+)[<>=!,\w.]* (?:requires?|depends? on) {_SPEC}(?!\S*\))"
)
_TAG = re.compile(
    r"we only found wheels for `(?P<by>[\w.-]+)` [^\n]*"
    r"Python (?:ABI|implementation) tags?: (?P<tags>[^\n]+)"
)
_CPYTHON = re.compile(r"`cp(?P<major>\d)(?P<minor>\d+)`")


def read_pythons(text: str) -> Iterator[PythonNeed]:
    """Yield each Python that a distribution in the message *text* asks for."""
    # A list of versions is broken into lines; the verb stands after the last.
    joined = re.sub(r"\s*\n\s*", " ", text)
    for found in _METADATA.finditer(joined):
        yield PythonNeed(spec=found["spec"].replace(" ", ""), by=found["by"])
    for found in _TAG.finditer(text):
        for tag in _CPYTHON.finditer(found["tags"]):
            spec = f"=={tag['major']}.{tag['minor']}.*"
            yield PythonNeed(spec=spec, by=found["by"])
