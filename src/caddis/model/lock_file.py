"""The text of `caddis.lock`: JSON, sorted, one line an entry.

JSON because every language reads it and Python reads it in C; a line for each
package because a diff is then a list of what changed. The text holds no date (but the
moment that `1 week` ago was), no machine and no credentials: the same lock gives the
same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, fields, replace
from itertools import islice
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError
from caddis.model.cutoff import Cutoff
from caddis.model.ecosystem import Ecosystem
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.project import LOCK_NAME
from caddis.model.whole import write_whole

_FORMAT = 1
_OPTIONS = '"options": '
_CONFLICT = re.compile(
    r"^<{7} .*\n(?P<ours>(?:.*\n)*?)"
    r"(?:^\|{7}.*\n(?:.*\n)*?)?^={7}\n(?:.*\n)*?>{7} .*\n",
    re.MULTILINE,
)
_HEAD = 4
"""Lines in which the options may stand."""
_DEFAULTS = {
    noun: tuple((field.name, field.default) for field in fields(noun))
    for noun in (LockedPackage, LockedFile)
}
"""Name and default of each field; one without a default is equal to no value."""


class DamagedLockError(ProjectError):
    """What should be a lock is none."""

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            hint="After a merge, caddis lock goes on from our side of it. Otherwise get"
            " the file back, or choose everything anew: caddis lock --upgrade",
        )


def write_lock(lock: Lock, path: Path) -> None:
    """Write *lock* to *path*, whole or not at all."""
    write_whole(path, dump_lock(lock))


def read_lock(path: Path) -> Lock:
    """Read the lock at *path*.

    Raises:
        ProjectError: there is none, or it is damaged.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        script = path.name.removesuffix(f".{LOCK_NAME}")
        of = "" if script == path.name else f" {script}"
        raise ProjectError(
            f"There is no lock at {path}", hint=f"Make one with: caddis lock{of}"
        ) from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path} is not UTF-8 text: {error}") from None
    return parse_lock(text, where=str(path))


def read_own_side(path: Path) -> Lock | None:
    """Read our side of a lock that git could not merge; it matches no inputs.

    None where no merge went wrong.

    Raises:
        DamagedLockError: our side is no lock either.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    ours, count = _CONFLICT.subn(r"\g<ours>", text)
    return replace(parse_lock(ours, where=str(path)), inputs="") if count else None


def options_in(path: Path) -> tuple[str, ...]:
    """Tell the options that the lock at *path* was made with; read no more of it."""
    with suppress(OSError, ValueError), path.open(encoding="utf-8") as file:
        for line in islice(file, _HEAD):
            if line.startswith(_OPTIONS):
                return tuple(map(str, json.loads(line[len(_OPTIONS) :].rstrip(",\n"))))
    return ()


def dump_lock(lock: Lock) -> str:
    """Give the text of *lock*."""
    head = [
        f'"caddis-lock": {_FORMAT}',
        f'"inputs": {_text(lock.inputs)}',
        *([f"{_OPTIONS}{_text(lock.options)}"] if lock.options else []),
        *([f'"cutoff": {_text(asdict(lock.cutoff))}'] if lock.cutoff else []),
        f'"requested": {_lines(map(_text, lock.requested))}',
        f'"channels": {_lines(map(_text, lock.channels))}',
        f'"indexes": {_lines(map(_text, lock.indexes))}',
        f'"variables": {_lines(map(_text, lock.variables))}',
        *([f'"pins": {_lines(map(_text, lock.pins))}'] if lock.pins else []),
        f'"platforms": {_lines(map(_platform, lock.platforms))}',
    ]
    return "{\n" + ",\n".join(head) + "\n}\n"


def parse_lock(text: str, *, where: str) -> Lock:
    """Read the *text* of a lock; *where* is for the error.

    Raises:
        ProjectError: it is not a lock that this caddis reads.
    """
    try:
        data = json.loads(text)
        if data["caddis-lock"] > _FORMAT:
            raise ProjectError(
                f"{where} was written by a newer caddis", hint="Upgrade caddis."
            )
        return Lock(
            platforms=tuple(map(_read_platform, data["platforms"])),
            requested=tuple(data["requested"]),
            channels=tuple(data["channels"]),
            indexes=tuple(data["indexes"]),
            variables=tuple(data.get("variables", ())),
            pins=tuple(data.get("pins", ())),
            options=tuple(data.get("options", ())),
            cutoff=Cutoff(**data["cutoff"]) if "cutoff" in data else None,
            inputs=data["inputs"],
        )
    except json.JSONDecodeError as error:
        raise DamagedLockError(
            f"{where}:{error.lineno}: this is not a lock: {error.msg}"
        ) from None
    except KeyError as error:
        raise DamagedLockError(
            f"{where}: this is not a lock: it has no {error}"
        ) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise DamagedLockError(f"{where}: this is not a lock: {error}") from None


def _platform(part: PlatformLock) -> str:
    head = {
        "platform": part.platform,
        "python": part.python,
        "virtual_packages": list(part.virtual_packages),
    }
    packages = _lines(map(_text, part.packages))
    return f'{_text(head)[:-1]}, "packages": {packages}}}'


def _lines(items: Iterable[str]) -> str:
    body = ",\n".join(items)
    return f"[\n{body}\n]" if body else "[]"


def _without_defaults(noun: LockedPackage | LockedFile) -> dict[str, Any]:
    """Turn a noun into a dict in the order of its fields, leaving defaults out."""
    return {
        name: value
        for name, default in _DEFAULTS[type(noun)]
        if (value := getattr(noun, name)) != default
    }


_text = json.JSONEncoder(ensure_ascii=False, default=_without_defaults).encode


def _read_platform(data: Mapping[str, Any]) -> PlatformLock:
    return PlatformLock(
        platform=data["platform"],
        python=data["python"],
        virtual_packages=tuple(data["virtual_packages"]),
        packages=tuple(map(_read_package, data["packages"])),
    )


def _read_package(data: Mapping[str, Any]) -> LockedPackage:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
    }
    values["ecosystem"] = Ecosystem(data["ecosystem"])
    values["files"] = tuple(LockedFile(**file) for file in data["files"])
    return LockedPackage(**values)
