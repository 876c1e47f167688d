"""What uv's installer is told: the exact files of a lock, with their hashes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.urls import logged_in


def installable(
    packages: Sequence[LockedPackage],
    folder: Path,
    *,
    project: Path,
    logins: Sequence[str] = (),
) -> Iterator[Path]:
    """Write the files that name *packages*, one for each call of `uv pip install -r`.

    They go into *folder*; relative paths of a lock start at *project*. Direct
    references, which a lock has without credentials, take those of *logins*.

    Files go through a pylock.toml, the one input that makes uv take a file by URL and
    hash without recording it as a direct reference; it takes nothing beside it. Where
    no file is on record, as in a lock of an environment made by others, name and
    version must do.
    """
    filed = [package for package in packages if not _line(package)]
    if filed:
        pylock = folder / "pylock.toml"
        pylock.write_text("\n".join(_pylock(filed, project.absolute())), "utf-8")
        yield pylock
    lines = [line for line in map(_line, packages) if line]
    if lines:
        others = folder / "others.txt"
        others.write_text(logged_in("\n".join(lines), logins), "utf-8")
        yield others


def has_wheel(package: LockedPackage) -> bool:
    """Say whether *package* can be got without building anything."""
    return not package.source and any(map(_is_wheel, package.files))


def laid_out(folder: Path, *, site: str) -> Iterator[str]:
    """List what was installed into *folder*, as if packages went to *site* there."""
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name).relative_to(folder).as_posix()
            # Debian's Python has another name for that folder.
            _, found, rest = path.partition("-packages/")
            yield f"{site}/{rest}" if found else path


def _line(package: LockedPackage) -> str:
    """Give the requirement for what cannot be named by its file; else nothing."""
    if package.source:
        hashes = (f"--hash=sha256:{f.sha256}" for f in package.files if f.sha256)
        return " ".join((package.source, *hashes))
    if package.files:
        return ""
    return f"{package.name}=={package.version}"


def _pylock(packages: Iterable[LockedPackage], project: Path) -> Iterator[str]:
    yield 'lock-version = "1.0"'
    yield 'created-by = "caddis"'
    for package in packages:
        yield "[[packages]]"
        yield f'name = "{package.name}"'
        yield f'version = "{package.version}"'
        wheels = [file for file in package.files if _is_wheel(file)]
        if wheels:
            yield f"wheels = [{', '.join(_file(file, project) for file in wheels)}]"
        for file in package.files:
            if not _is_wheel(file):
                yield f"sdist = {_file(file, project)}"


def _is_wheel(file: LockedFile) -> bool:
    return file.url.partition("#")[0].endswith(".whl")


def _file(file: LockedFile, project: Path) -> str:
    is_url = "://" in file.url
    place = f'url = "{file.url}"' if is_url else f'path = "{project / file.url}"'
    return f'{{ {place}, hashes = {{ sha256 = "{file.sha256}" }} }}'
