"""What solvers say when nothing fits, in fewer words."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPTION = re.compile(
    r"[├└]─ (?:(?P<package>.+) would require$|(?P<need>[^,]\S* .+?),(?: for)? which )"
)
_NOWHERE = re.compile(
    r"[├└]─ (?P<name>\S+)(?P<limit>.*), for which no candidates were found"
)
_ASKED = re.compile(
    r"[├└]─ (?P<name>\S+) \S.* can(?:not)? be installed (?:with|because)", re.MULTILINE
)
_CONSTRAINT = re.compile(r"[├└]─ the constraint (.+) cannot be fulfilled")
_LATER = re.compile(
    r"[├└]─ (?P<what>.+) is excluded because due to strict channel priority .*"
    r" from: '(?P<channel>[^']+)'"
)
_ELSEWHERE = re.compile(
    r"[├└]─ (?P<what>\S+) .* candidate not in requested channel: '(?P<channel>.+)'"
)
_UNKNOWN = re.compile(
    r"(?P<pypi>[\w.-]+) was not found in the package registry"
    r"|No candidates were found for (?P<conda>[\w.-]+)(?P<limit>(?: [^*\s]\S*)*)"
)
_PLATFORMS = re.compile(
    r"hint: Wheels are available for `(?P<name>[^`]+)` \((?P<version>[^)]+)\)"
    r" on the following platforms?: (?P<tags>.+)"
)
_SYSTEMS = {"win": "win32", "macosx": "darwin", "manylinux": "linux", "musl": "linux"}
"""What `sys_platform` is, by the start of a wheel's tag."""
_MOST_LINES = 8


def reasons(text: str) -> list[str]:
    """Tell why, in sentences: out of a tree of options, or as they are."""
    if found := _PLATFORMS.search(text):
        tags = found["tags"].replace("`", "")
        return [f"{found['name']} {found['version'].lstrip('v')} is for {tags} only"]
    sentences = []
    parent = ""
    for line in text.splitlines():
        option = _OPTION.search(line)
        if option and option["package"]:
            parent = option["package"]
        elif option and parent:
            sentences.append(f"{parent} requires {option['need']}")
            parent = ""
        elif constraint := _CONSTRAINT.search(line):
            sentences.append(f"{constraint[1]} is needed and ruled out")
        elif later := _LATER.search(line):
            sentences.append(
                f"{later['what']} is in {later['channel']}, and an earlier channel has"
                " this package, too"
            )
        elif elsewhere := _ELSEWHERE.search(line):
            sentences.append(f"{elsewhere['channel']} has no {elsewhere['what']}")
    asked = {found["name"] for found in _ASKED.finditer(text)}
    if not sentences and len(asked) == 1:
        return [f"only one version of {asked.pop()} can be there"]
    lines = list(dict.fromkeys(sentences)) or text.splitlines()
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES // 2], "…", *lines[-_MOST_LINES // 2 :]]


def is_about_platforms(text: str) -> bool:
    """Say whether a solver found files for other platforms only."""
    return bool(_PLATFORMS.search(text))


def advice(text: str, platform: str) -> str:
    """Say what might help against what a solver said of packages for *platform*.

    Empty when nothing is known.
    """
    if found := _PLATFORMS.search(text):
        systems = sorted(set(_systems(found["tags"])))
        told = " or ".join(f"sys_platform == '{system}'" for system in systems)
        if told:
            name = found["name"]
            return f"Ask for it only where it exists: {name} ; {told}"
    if found := _NOWHERE.search(text):
        return _advice_on(found["name"], found["limit"], platform)
    if found := _UNKNOWN.search(text):
        if name := found["pypi"]:
            return f"No index has {name}: look at its spelling, or name another index."
        if limit := found["limit"].removesuffix("."):
            return _advice_on(found["conda"], limit, platform)
        return (
            f"No channel has {found['conda']} for {platform}: look at its spelling,"
            " name another channel, or ask for it below pip."
        )
    return ""


def _advice_on(name: str, limit: str, platform: str) -> str:
    """Say what to do where nothing in the channels is *name* with *limit*."""
    if name.startswith("__"):
        version = limit.lstrip(" <>=!~").partition(",")[0] or "VERSION"
        return (
            f"The machine is assumed to be without: with --virtual-package"
            f" {name}={version} it is assumed to have it."
        )
    if name == "python":
        return (
            f"No channel has python{limit} for {platform}: name another channel,"
            " another Python with --python, or other platforms with --platform."
        )
    return f"No channel has {name}{limit} for {platform}: name another channel."


def _systems(tags: str) -> Iterator[str]:
    for tag in tags.replace("`", "").split(", "):
        for start, system in _SYSTEMS.items():
            if tag.startswith(start):
                yield system
