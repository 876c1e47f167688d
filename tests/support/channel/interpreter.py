"""The running CPython as a conda package."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from tests.support.channel.native import needed_by, relocatable_copy
from tests.support.channel.package import PLACEHOLDER
from tests.support.channel.tree import compile_tree

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"

_LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "test", "tests", "idlelib", "turtledemo", "site-packages",
    "dist-packages", "sitecustomize.py", "tkinter", "_tkinter.*", "libpython*",
    "*.a", "*.o", "*.pyc",
)  # fmt: skip
"""Tk would bring X11 along, and does not run without Tcl's scripts."""
_SCRIPTS = ("pydoc{}", "2to3-{}", "python{}-config")
_DEBIAN_SITE = """\
import os, site

# Debian's own site.py looks only into dist-packages.
site.addsitedir(os.path.join(os.path.dirname(os.__file__), "site-packages"))
"""
_NO_PREFIX = ("/", "/usr", "/usr/local")
"""Prefixes whose name in a file proves nothing."""


def stage_interpreter(root: Path) -> tuple[str, ...]:
    """Lay out the interpreter under *root*; return the libraries that it needs."""
    library = root / "lib" / f"python{MINOR}"
    _stage_library(library)
    _stage_programs(root)
    elf_files = [*root.glob("bin/*"), *root.glob("lib/*.so*"), *library.rglob("*.so")]
    needed = {name for path in elf_files for name in needed_by(path)}
    needed -= {path.name for path in elf_files}
    _replace_prefix(root)
    compile_tree(root)
    return tuple(sorted(needed))


def _stage_library(library: Path) -> None:
    source = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(source, library, ignore=_LEFT_OUT, symlinks=False)
    site = library / "site-packages"
    site.mkdir()
    (site / "README.txt").write_text("Packages go here.\n")
    if "dist-packages" in (source / "site.py").read_text():
        (library / "sitecustomize.py").write_text(_DEBIAN_SITE)
    for module in library.glob("lib-dynload/*.so"):
        relocatable_copy(module, module, run_path="$ORIGIN/../..")


def _stage_programs(root: Path) -> None:
    base = Path(sys.base_prefix)
    executable = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    python = root / f"bin/python{MINOR}"
    relocatable_copy(executable, python, run_path="$ORIGIN/../lib")
    for name in ("python", "python3"):
        (root / "bin" / name).symlink_to(python.name)
    for pattern in _SCRIPTS:
        script = base / "bin" / pattern.format(MINOR)
        if script.exists():
            shutil.copy(script, root / "bin")
    shared = sysconfig.get_config_var("INSTSONAME")
    source = Path(sysconfig.get_config_var("LIBDIR")) / shared
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and source.exists():
        relocatable_copy(source, root / "lib" / shared, run_path="$ORIGIN")


def _replace_prefix(root: Path) -> None:
    """Put the placeholder where the text files name the build's prefix."""
    if sys.base_prefix in _NO_PREFIX:
        return
    prefix = os.fsencode(sys.base_prefix)
    for path in root.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        content = path.read_bytes()
        if prefix in content and b"\0" not in content:
            path.write_bytes(content.replace(prefix, PLACEHOLDER.encode()))
