"""pylock.toml: https://packaging.python.org/en/latest/specifications/pylock-toml/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from caddis.model.direct import place_of
from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.model.platforms import platform_marker
from caddis.model.urls import public
from caddis.stages.export.exported import (
    Exported,
    Merged,
    merge_pypi,
    parts_of,
    without_conda,
    without_own,
)

_VCS = re.compile(
    r"(?:-e )?(?:.* @ )?(git|hg|bzr|svn)\+([^@]+(?:@[^/]+)?.*)@([\w.-]+)"
    r"(?:#(?:.*&)?subdirectory=([^&]+).*|#.*)?"
)


def pylock_text(lock: Lock, platform: str) -> Exported:
    """Write the PyPI packages of *lock* as a pylock.toml."""
    import tomlkit

    parts = parts_of(lock, platform)
    document = tomlkit.document()
    document["lock-version"] = "1.0"
    document["environments"] = [platform_marker(part.platform) for part in parts]
    document["requires-python"] = _requires_python(parts[0].python)
    document["created-by"] = "caddis"
    packages = tomlkit.aot()
    every, losses = without_own(tuple(merge_pypi(parts)), "pylock.toml")
    for merged in every:
        table = tomlkit.table()
        for key, value in _package(merged):
            table[key] = value
        packages.append(table)
    document["packages"] = packages
    return Exported(
        text=tomlkit.dumps(document),
        losses=(*without_conda(parts, "pylock.toml"), *losses),
        remarks=tuple(_refused_by_pip(every)),
    )


def _refused_by_pip(every: Sequence[Merged]) -> Iterator[str]:
    """Tell of folders and repositories: they have no hash, and the rest must have one.

    pip 26.3 does not take its own either, by `pip lock`.
    """
    without = [each.first.name for each in every if not each.first.files]
    if without and len(without) < len(every):
        yield (
            f"uv takes this pylock.toml; pip refuses {', '.join(without)}, for which"
            " there is no hash, beside files that have one"
        )


def _package(merged: Merged) -> Iterator[tuple[str, Any]]:
    package = merged.first
    yield "name", package.name
    if package.version:
        yield "version", package.version
    if merged.marker:
        yield "marker", merged.marker
    if package.source:
        yield _source(package)
        return
    if "://" in package.channel:
        yield "index", package.channel
    files = {file.url: file for each in merged.packages for file in each.files}
    wheels = [_file(file) for url, file in files.items() if _is_wheel(url)]
    if wheels:
        yield "wheels", _lines(wheels)
    for url, file in files.items():
        if not _is_wheel(url):
            yield "sdist", _inline(_file(file))


def _source(package: LockedPackage) -> tuple[str, Any]:
    """Describe a package that comes from no index."""
    vcs = _VCS.fullmatch(package.source)
    if vcs:
        # Nobody fills in names of variables there.
        table = {"type": vcs[1], "url": public(vcs[2]), "commit-id": vcs[3]}
        if vcs[4]:
            table["subdirectory"] = vcs[4]
        return "vcs", _inline(table)
    editable = package.source.startswith("-e ")
    place = place_of(package.source)
    if package.files:
        return "archive", _inline(_file(package.files[0]))
    table_of_folder = {"path": place.removeprefix("file://"), "editable": editable}
    return "directory", _inline(table_of_folder)


def _file(file: LockedFile) -> dict[str, Any]:
    place = "url" if "://" in file.url else "path"
    found: dict[str, Any] = {
        "name": unquote(PurePosixPath(urlsplit(file.url).path).name),
        place: file.url,
    }
    if file.size:
        found["size"] = file.size
    return {**found, "hashes": {"sha256": file.sha256}}


def _inline(table: dict[str, Any]) -> Any:
    import tomlkit

    found = tomlkit.inline_table()
    for key, value in table.items():
        found[key] = _inline(value) if isinstance(value, dict) else value
    return found


def _lines(tables: list[dict[str, Any]]) -> Any:
    """Give an array with a line for each of *tables*."""
    import tomlkit

    found = tomlkit.array()
    for table in tables:
        found.append(_inline(table))
    return found.multiline(multiline=True)


def _is_wheel(url: str) -> bool:
    return urlsplit(url).path.endswith(".whl")


def _requires_python(version: str) -> str:
    major, minor, *_ = (*version.split("."), "0")
    return f"=={major}.{minor}.*"
