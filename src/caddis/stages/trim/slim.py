"""What an environment can do without when it only has to run.

Left out are files that nothing reads at run time: test folders, C and Cython headers,
static libraries, type stubs, and the C and Cython sources that stand beside the module
that was made of them. Python's own tests, too, and the wheels of pip that `python -m
venv` would install. Three things keep a file of
such a kind: code outside of tests that imports the test folder, `lazy_loader`, which
reads stubs, and packages that compile at run time, which need headers.

Extension modules and the interpreter can be stripped of their symbol tables; what
auditwheel put into `*.libs` cannot, because its pages may not move.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from caddis.model.layers import Entry, Layer, LayerKind, RunPath, Stack
from caddis.stages.trim.references import test_folders_in_use
from caddis.stages.trim.without import Smaller, without

LIST = ".caddis/left-out.txt"
"""The file of a slim archive that names what is not in it."""

_TEST_FOLDERS = frozenset({"test", "tests", "idle_test"})
_HEADERS = (".h", ".hpp", ".hxx", ".hh", ".pxd", ".pxi")
_STATIC = (".a", ".la", ".o")
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".pyx")
_PACKAGES = frozenset({LayerKind.CONDA, LayerKind.PYPI, LayerKind.INTERPRETER})
_COMPILE_AT_RUN_TIME = frozenset(
    "cffi cling cppyy cupy jax-cuda12-plugin numba-cuda pyopencl pycuda pythran"
    " torch triton".split()
)
_COMPILE_PREFIXES = ("cupy-", "nvidia-", "gcc_", "gxx_", "clang", "cuda-")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not needed, and what it is."""

    path: str
    package: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SlimPlan:
    """What slimming would do."""

    left_out: tuple[LeftOut, ...]
    strip: Mapping[str, str]
    """Path in the prefix and file of each module that may be stripped."""


def plan_slim(stack: Stack, *, keep: Sequence[str] = ()) -> SlimPlan:
    """Say what *stack* can do without; *keep* are patterns of paths to leave alone."""
    packages = [layer for layer in stack.layers if layer.kind in _PACKAGES]
    in_use = test_folders_in_use(packages, is_test=_is_test)
    left_out = (
        LeftOut(entry.path, layer.name, reason)
        for layer in packages
        for entry, reason in _not_needed(layer, in_use)
    )
    strip = {
        entry.path: str(entry.source)
        for layer in packages
        for entry in layer.entries
        if _may_be_stripped(entry)
    }
    return SlimPlan(
        left_out=tuple(each for each in left_out if not _matches(each.path, keep)),
        strip={path: file for path, file in strip.items() if not _matches(path, keep)},
    )


def apply_slim(stack: Stack, plan: SlimPlan, smaller: Mapping[str, Smaller]) -> Stack:
    """Give *stack* as *plan* says, with the stripped files in *smaller*."""
    gone = {each.path for each in plan.left_out}
    layers = [
        without(layer, gone & {e.path for e in layer.entries}, smaller)
        if layer.kind in _PACKAGES
        else layer
        for layer in stack.layers
    ]
    note = Layer(
        name="caddis-slim",
        kind=LayerKind.HOME,
        entries=(Entry(path=LIST, source=describe(plan, smaller).encode()),),
    )
    kept = (layer for layer in layers if layer.entries)
    return replace(stack, layers=(*kept, note), slim=True)


def describe(plan: SlimPlan, smaller: Mapping[str, Smaller]) -> str:
    """List for people what is not in a slim archive."""
    lines = ["# Left out of this archive by --slim: path, package, kind."]
    lines += (f"{e.path}\t{e.package}\t{e.reason}" for e in plan.left_out)
    lines += ("# Stripped of symbols:", *sorted(smaller))
    return "\n".join(lines) + "\n"


def _not_needed(layer: Layer, in_use: frozenset[str]) -> Iterator[tuple[Entry, str]]:
    stubs = frozenset(_stubs_in_use(layer.entries))
    modules = frozenset(_stem(e.path) for e in layer.entries if e.path.endswith(".so"))
    compiles = layer.name in _COMPILE_AT_RUN_TIME
    compiles = compiles or layer.name.startswith(_COMPILE_PREFIXES)
    for entry in layer.entries:
        reason = _kind(entry.path, in_use)
        if entry.path.endswith(_SOURCES) and _stem(entry.path) in modules:
            reason = reason or "source"
        if reason == "stub" and entry.path in stubs:
            continue
        if reason in {"header", "static library", "source"} and compiles:
            continue
        if reason:
            yield entry, reason


def _kind(path: str, in_use: frozenset[str]) -> str:
    if _is_metadata(path):
        return ""
    folder = _test_folder(path)
    if folder and folder not in in_use:
        return "test"
    if path.startswith("lib/python") and "/ensurepip/_bundled/" in path:
        return "bundled wheel"
    if path.endswith(_HEADERS):
        return "header"
    if path.endswith(_STATIC):
        return "static library"
    return "stub" if path.endswith(".pyi") else ""


def _is_test(path: str) -> bool:
    return bool(_test_folder(path))


def _test_folder(path: str) -> str:
    """Find the outermost test folder below Python's that *path* is in, if any."""
    parts = posixpath.dirname(path).split("/")
    if parts[0].lower() != "lib" or not path.startswith(("lib/python", "Lib/")):
        return ""
    for number, part in enumerate(parts[1:], start=1):
        if part in _TEST_FOLDERS:
            return "/".join(parts[: number + 1])
    return ""


def _stem(path: str) -> str:
    """Give *path* without what follows the first dot of its name."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}"


def _is_metadata(path: str) -> bool:
    return ".dist-info/" in path or path.startswith("conda-meta/")


def _stubs_in_use(entries: Iterable[Entry]) -> Iterator[str]:
    """Name the stubs that lazy_loader reads when their package is imported."""
    paths = {entry.path: entry for entry in entries}
    for path in paths:
        if not path.endswith("/__init__.pyi"):
            continue
        module = paths.get(path[:-1])
        if module is None or b"attach_stub" in module.read():
            yield path


def _may_be_stripped(entry: Entry) -> bool:
    if entry.link or entry.folder or not isinstance(entry.source, str):
        return False
    if isinstance(entry.edit, RunPath) and entry.edit.hash:
        return False  # The hash is that of the file as it is.
    folder, _, name = entry.path.rpartition("/")
    if folder == "bin":
        return name.startswith("python3.") and "config" not in name
    if folder == "lib":
        return name.startswith("libpython")
    if ".libs/" in entry.path or not entry.path.startswith("lib/python"):
        return False
    return name.endswith(".so")


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
