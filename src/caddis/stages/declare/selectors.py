"""Platform selectors in comments: `- pywin32  # [win]`.

conda ignores them; conda-lock and conda-build taught people to write them. Here they
become PEP 508 markers. A comment in brackets that says something else is a comment.
"""

from __future__ import annotations

import re

_SELECTOR = re.compile(r"\s#\s*\[(?P<words>[^\[\]]+)\]\s*$")
_SYSTEMS = {"linux": "linux", "osx": "darwin", "win": "win32"}
_MACHINES = {
    "x86_64": ("x86_64", "AMD64"),
    "aarch64": ("aarch64",),
    "arm64": ("arm64", "ARM64"),
}
_SYSTEM_AND_MACHINE = {
    "linux64": ("linux", "x86_64"),
    "osx64": ("darwin", "x86_64"),
    "win64": ("win32", "AMD64"),
}


def marker_in_comment(line: str) -> str:
    """Give the marker that the comment of *line* stands for; empty when it has none."""
    found = _SELECTOR.search(line)
    if not found:
        return ""
    parts = []
    negated = False
    for word in found["words"].lower().split():
        if word in {"and", "or"}:
            parts.append(word)
            continue
        if word == "not":
            negated = not negated
            continue
        part = _marker(word, negated=negated)
        if not part:
            return ""
        parts.append(part)
        negated = False
    return " ".join(parts) if _alternates(parts) else ""


def _marker(word: str, *, negated: bool) -> str:
    equals, joint = ("!=", "or") if negated else ("==", "and")
    if word == "unix":
        return f"sys_platform {'==' if negated else '!='} 'win32'"
    if word in _SYSTEMS:
        return f"sys_platform {equals} '{_SYSTEMS[word]}'"
    if word in _SYSTEM_AND_MACHINE:
        system, machine = _SYSTEM_AND_MACHINE[word]
        return (
            f"(sys_platform {equals} '{system}'"
            f" {joint} platform_machine {equals} '{machine}')"
        )
    machines = [f"platform_machine {equals} '{m}'" for m in _MACHINES.get(word, ())]
    either = " and " if negated else " or "
    return f"({either.join(machines)})" if machines else ""


def _alternates(parts: list[str]) -> bool:
    """Tell whether markers and the words between them take turns."""
    between = {"and", "or"}
    return len(parts) % 2 == 1 and all(
        (part in between) == (number % 2 == 1) for number, part in enumerate(parts)
    )
