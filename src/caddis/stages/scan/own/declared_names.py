"""What pyproject.toml, setup.cfg and setup.py say of the project's own modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from caddis.model.toml import list_in, parse_toml, table_in, text_in

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
_EXTENSION = re.compile(rb"\w*Extension\(\s*(?:name\s*=\s*)?[\"']([\w.]+)[\"']")
_LISTED = re.compile(
    rb"\bpy_modules\s*=\s*\[([^\]]*)\]|^py_modules[ \t]*=((?:.*\n?)(?:[ \t]+.*\n?)*)",
    re.MULTILINE,
)
_WORD = re.compile(rb"[A-Za-z_][\w.]*")
"""Modules that setup.py and setup.cfg make besides packages."""
_BUILDS = re.compile(rb"^[ \t]*(?:\w+\.)?setup[ \t]*\(|setuptools|distutils", re.M)
_NAMED = (
    ("project",),
    ("tool", "poetry"),
    ("tool", "flit", "module"),
    ("tool", "maturin"),
)
"""Tables of pyproject.toml that name the project or its modules."""
_SETUPTOOLS = ("tool", "setuptools")
_WHEEL_OF_HATCH = ("tool", "hatch", "build", "targets", "wheel")


class Own(NamedTuple):
    """Names and places of a project's modules."""

    names: tuple[str, ...] = ()
    """Top-level modules."""
    roots: tuple[str, ...] = ()
    """Folders in which imports start, relative to the scanned one."""
    folder: str = ""
    """Of the project file that says so."""
    builds: bool = True
    """Whether it is one: modules may be called setup.py, too."""


def builds(data: bytes) -> bool:
    """Say whether *data*, of a setup.py, is a program that builds something."""
    return bool(_BUILDS.search(data))


def own_modules(data: bytes, path: str) -> Own:
    """Read the project file at *path*; nothing, when it cannot be read."""
    folder, _, name = path.rpartition("/")
    if name == "pyproject.toml":
        return _of_pyproject(data, folder)
    # Both are looked through for what is written out; setup.py is not run.
    found = (_SETUP_CFG if name == "setup.cfg" else _SETUP_PY).findall(data)
    roots = {root.decode() for match in found for root in match if root}
    below = tuple(_below(folder, root) for root in sorted(roots))
    is_module = name == "setup.py" and not builds(data)
    return Own(tuple(sorted(_made(data))), below, folder, not is_module)


def _made(data: bytes) -> set[str]:
    """Name the modules that *data*, of setup.py or setup.cfg, makes one by one."""
    names = _EXTENSION.findall(data)
    for match in _LISTED.finditer(data):
        names += _WORD.findall(match[1] or match[2] or b"")
    return {name.decode().partition(".")[0] for name in names}


def _of_pyproject(data: bytes, folder: str) -> Own:
    try:
        content = parse_toml(data.decode())
    except ValueError:
        return Own(folder=folder)
    roots = (_below(folder, root) for root in _roots(content))
    return Own(tuple(_names(content)), tuple(roots), folder)


def _below(folder: str, root: str) -> str:
    return f"{folder}/{root}".strip("/.")


def _names(content: dict[str, Any]) -> Iterator[str]:
    for keys in _NAMED:
        table = table_in(content, *keys)
        for key in ("name", "module-name", "import-names"):
            value = table.get(key)
            for name in value if isinstance(value, list) else [value]:
                # A name with dots is that of a part of what others have parts of, too.
                if isinstance(name, str) and ("." not in name or key == "module-name"):
                    yield name.replace("-", "_").partition(".")[0]
    yield from map(str, list_in(content, *_SETUPTOOLS, "py-modules"))
    for extension in list_in(content, *_SETUPTOOLS, "ext-modules"):
        if isinstance(extension, dict):
            yield str(extension.get("name", "")).partition(".")[0]


def _roots(content: dict[str, Any]) -> Iterator[str]:
    yield from map(str, table_in(content, *_SETUPTOOLS, "package-dir").values())
    yield from map(str, list_in(content, *_SETUPTOOLS, "packages", "find", "where"))
    if source := text_in(content, "tool", "maturin", "python-source"):
        yield source
    for package in list_in(content, "tool", "poetry", "packages"):
        if isinstance(package, dict) and isinstance(package.get("from"), str):
            yield package["from"]
    for path in list_in(content, *_WHEEL_OF_HATCH, "packages"):
        yield str(path).rpartition("/")[0]
    paths = table_in(content, "tool", "pytest", "ini_options").get("pythonpath", ())
    yield from [paths] if isinstance(paths, str) else map(str, paths)
