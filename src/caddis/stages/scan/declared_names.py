"""What pyproject.toml, setup.cfg and setup.py say of the project's own modules."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


_PATH = rb"([\w./-]+)"
_SETUP_CFG = re.compile(
    rb"^package_dir[ \t]*=[ \t]*\n?[ \t]*=[ \t]*%b|^where[ \t]*=[ \t]*%b"
    % (_PATH, _PATH),
    re.MULTILINE,
)
_SETUP_PY = re.compile(
    rb"package_dir\s*=\s*\{\s*[\"']{2}\s*:\s*[\"']%b[\"']"
    rb"|find(?:_namespace)?_packages\(\s*(?:where\s*=\s*)?[\"']%b[\"']" % (_PATH, _PATH)
)


class Own(NamedTuple):
    """Names and places of a project's modules."""

    names: tuple[str, ...] = ()
    """Top-level modules."""
    roots: tuple[str, ...] = ()
    """Folders in which imports start, relative to the scanned one."""


def own_modules(data: bytes, path: str) -> Own:
    """Read the project file at *path*; nothing, when it cannot be read."""
    folder, _, name = path.rpartition("/")
    if name == "pyproject.toml":
        return _of_pyproject(data, folder)
    # Both are looked through for what is written out; setup.py is not run.
    found = (_SETUP_CFG if name == "setup.cfg" else _SETUP_PY).findall(data)
    roots = {root.decode() for match in found for root in match if root}
    return Own(roots=tuple(_below(folder, root) for root in sorted(roots)))


def _of_pyproject(data: bytes, folder: str) -> Own:
    try:
        content = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Own()
    roots = (_below(folder, root) for root in _roots(content))
    return Own(tuple(_names(content)), tuple(roots))


def _below(folder: str, root: str) -> str:
    return f"{folder}/{root}".strip("/.")


def _names(content: dict[str, Any]) -> Iterator[str]:
    for path in ("project", "tool.poetry", "tool.flit.module", "tool.maturin"):
        table = _table(content, path)
        for key in ("name", "module-name", "import-names"):
            value = table.get(key)
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str):
                    yield name.replace("-", "_").partition(".")[0]
    for name in _table(content, "tool.setuptools").get("py-modules", ()):
        yield str(name)


def _roots(content: dict[str, Any]) -> Iterator[str]:
    yield from map(str, _table(content, "tool.setuptools.package-dir").values())
    where = _table(content, "tool.setuptools.packages.find").get("where", ())
    yield from where if isinstance(where, list) else ()
    source = _table(content, "tool.maturin").get("python-source")
    if isinstance(source, str):
        yield source
    packages = _table(content, "tool.poetry").get("packages", ())
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and isinstance(package.get("from"), str):
            yield package["from"]
    wheel = _table(content, "tool.hatch.build.targets.wheel").get("packages", ())
    for path in wheel if isinstance(wheel, list) else ():
        yield str(path).rpartition("/")[0]
    paths = _table(content, "tool.pytest.ini_options").get("pythonpath", ())
    yield from [paths] if isinstance(paths, str) else map(str, paths)


def _table(content: dict[str, Any], path: str) -> dict[str, Any]:
    value: Any = content
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
