"""Distributions from PyPI as conda packages.

They are installed once by uv into a throw-away environment; each one's RECORD then
says which files are its own. Pure ones become noarch, the rest packages of this
platform with bytecode, as conda-build makes them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from caddis.model.dist_names import normalize
from tests.support.channel.dist import with_record
from tests.support.channel.interpreter import MINOR
from tests.support.channel.native import (
    Library,
    add_run_path,
    native_depends,
    native_libraries,
    needed_by,
)
from tests.support.channel.package import PLACEHOLDER, Package
from tests.support.channel.tree import compile_tree, read_tree

_SITE = f"lib/python{MINOR}/site-packages"
_FORGOTTEN = ("REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
_SCRIPT_BODY = """\
import re
import sys

from {module} import {first}

if __name__ == "__main__":
    sys.argv[0] = re.sub(r"(-script\\.pyw|\\.exe)?$", "", sys.argv[0])
    sys.exit({call}())
"""


def install_wheels(wanted: Sequence[str], environment: Path) -> list[Distribution]:
    """Install *wanted* from PyPI into a new *environment*; return all that came."""
    uv = str(Path(sys.executable).with_name("uv"))
    python = f"--python={environment}/bin/python"
    create = [uv, "venv", "--quiet", f"--python={sys.executable}", str(environment)]
    subprocess.run(create, check=True)
    install = [uv, "pip", "install", "--quiet", "--link-mode=copy", python, *wanted]
    subprocess.run(install, check=True)
    found = distributions(path=[str(environment / _SITE)])
    return sorted(found, key=lambda dist: normalize(dist.name))


def wheel_libraries(dists: Sequence[Distribution]) -> dict[str, Library]:
    """Find the libraries of this machine that the wheels take for granted."""
    names: set[str] = set()
    for dist in dists:
        own = _own_files(dist)
        names.update(_needed_from_outside([_located(dist, p) for p in own]))
    return native_libraries(names)


def wheel_package(
    dist: Distribution, libraries: Mapping[str, Library], staging: Path
) -> Package:
    """Turn one installed distribution into a package, laid out under *staging*."""
    pure = _is_pure(dist)
    site = "site-packages" if pure else _SITE
    info = _stage_files(dist, staging, site)
    commands = _commands(dist)
    depends = _depends(dist)
    if pure:
        depends = (*depends, f"python {_python_range(dist)}".strip())
        entry_points = tuple(f"{name} = {target}" for name, target in commands)
    else:
        needed = _lend_libraries(staging, libraries)
        major, minor = sys.version_info[:2]
        depends = (*depends, f"python >={MINOR},<{major}.{minor + 1}.0a0")
        depends = (*depends, *native_depends(needed, libraries))
        entry_points = ()
        _write_scripts(commands, staging)
        compile_tree(staging)
    return Package(
        name=normalize(dist.name),
        version=dist.version,
        build="pyhd_0" if pure else f"py{MINOR.replace('.', '')}_0",
        noarch="python" if pure else "",
        depends=tuple(sorted(depends)),
        entry_points=entry_points,
        files=with_record(read_tree(staging), info=info),
    )


def _is_pure(dist: Distribution) -> bool:
    return "Root-Is-Purelib: true" in (dist.read_text("WHEEL") or "")


def _own_files(dist: Distribution) -> list[str]:
    return [str(path) for path in dist.files or ()]


def _located(dist: Distribution, path: str) -> Path:
    return Path(str(dist.locate_file(path)))


def _stage_files(dist: Distribution, staging: Path, site: str) -> str:
    """Copy the files of *dist*; return its dist-info folder in the package."""
    generated = {f"../../../bin/{name}" for name, _ in _commands(dist)}
    info = ""
    for path in _own_files(dist):
        if path in generated or "__pycache__" in path:
            continue
        name = PurePosixPath(path).name
        if PurePosixPath(path).parent.suffix == ".dist-info":
            info = f"{site}/{PurePosixPath(path).parent}"
            if name in _FORGOTTEN:
                continue
        out = staging / _place(path, site)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_located(dist, path), out)
        if out.parent.name in ("bin", "python-scripts"):
            _generalize_shebang(out)
    (staging / info / "INSTALLER").write_text("conda\n")
    return info


def _place(path: str, site: str) -> str:
    """Say where a file of RECORD belongs in the package."""
    if not path.startswith("../../../"):
        return f"{site}/{path}"
    in_prefix = path.removeprefix("../../../")
    if site == "site-packages" and in_prefix.startswith("bin/"):
        return in_prefix.replace("bin/", "python-scripts/", 1)
    return in_prefix


def _generalize_shebang(script: Path) -> None:
    content = script.read_bytes()
    shebang = f"#!{PLACEHOLDER}/bin/python".encode()
    script.write_bytes(re.sub(rb"\A#!\S*python\S*", shebang, content))


def _commands(dist: Distribution) -> list[tuple[str, str]]:
    groups = ("console_scripts", "gui_scripts")
    found = dist.entry_points
    return sorted({(e.name, e.value) for e in found if e.group in groups})


def _write_scripts(commands: Sequence[tuple[str, str]], staging: Path) -> None:
    """Write the commands of a platform package, as pip does while it is built."""
    for name, target in commands:
        module, _, call = target.partition(" ")[0].partition(":")
        first = call.partition(".")[0]
        body = _SCRIPT_BODY.format(module=module, first=first, call=call)
        script = staging / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!{PLACEHOLDER}/bin/python{MINOR}\n{body}")
        script.chmod(0o755)


def _lend_libraries(staging: Path, libraries: Mapping[str, Library]) -> set[str]:
    """Let each file find what other packages bring; return what that is."""
    lent: set[str] = set()
    for path in sorted(staging.rglob("*.so*")):
        needed = libraries.keys() & _needed_from_outside([path])
        if needed:
            add_run_path(path, staging)
        lent |= needed
    return lent


def _needed_from_outside(files: Sequence[Path]) -> set[str]:
    libraries = [path for path in files if ".so" in path.name]
    brought = {path.name for path in libraries}
    return {name for path in libraries for name in needed_by(path)} - brought


def _depends(dist: Distribution) -> tuple[str, ...]:
    """Translate Requires-Dist, as it holds for this interpreter."""
    found: set[str] = set()
    for line in dist.requires or ():
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = normalize(requirement.name)
        found.add(f"{name} {_conda_range(requirement.specifier)}".strip())
    return tuple(sorted(found))


def _python_range(dist: Distribution) -> str:
    return _conda_range(SpecifierSet(dist.metadata["Requires-Python"] or ""))


def _conda_range(specifiers: SpecifierSet) -> str:
    """Write a PEP 440 range for conda, which knows the same operators but `===`."""
    return ",".join(
        sorted(
            f"{spec.operator.replace('===', '==')}{spec.version}" for spec in specifiers
        )
    )
