"""What --slim leaves out, and what it must not."""

from __future__ import annotations

import pytest

from caddis.model.layers import Entry, LayerKind
from caddis.stages.trim import apply_slim, plan_slim
from tests.support.stacks import make_layer, make_stack

SITE = "lib/python3.11/site-packages"


def left_out(files: dict[str, bytes], *, name: str = "a", keep: str = "") -> list[str]:
    layer = make_layer(name, {f"{SITE}/{path}": text for path, text in files.items()})
    plan = plan_slim(make_stack(layer), keep=[keep] if keep else [])
    return [each.path.removeprefix(f"{SITE}/") for each in plan.left_out]


@pytest.mark.parametrize(
    "path",
    [
        "a/tests/test_a.py",
        "a/sub/tests/data/table.csv",
        "a/test/__init__.py",
        "a/include/a.h",
        "a/core.pxd",
        "a/lib/liba.a",
        "a/core.pyi",
    ],
)
def test_what_nothing_reads_at_run_time_goes(path: str) -> None:
    assert left_out({path: b"", "a/__init__.py": b""}) == [path]


@pytest.mark.parametrize(
    "path",
    [
        "a/testing/__init__.py",
        "a/contest.py",
        "a/test.py",
        "a/tests.py",
        "a-1.0.dist-info/tests/x",
        "a/core.py",
        "a/core.c",
        "a/share/a.html",
        "a/data.hpp.gz",
        "a/py.typed",
    ],
)
def test_what_only_looks_like_it_stays(path: str) -> None:
    assert left_out({path: b""}) == []


def test_the_source_of_a_module_goes_when_the_module_is_there() -> None:
    files = {"a/_m.c": b"", "a/_m.cpython-311-x86_64-linux-gnu.so": b"", "a/n.c": b""}
    assert left_out(files) == ["a/_m.c"]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("a/__init__.py", b"from a.tests.helper import run\n"),
        ("a/__init__.py", b"from .tests import helper\n"),
        ("a/__init__.py", b"def f():\n    import a.tests.helper\n"),
        ("a/sub/x.py", b"from ..tests.helper import run\n"),
        ("a/__init__.py", b"from . import core, tests\n"),
        ("b.py", b"import a.tests.helper as h\n"),
    ],
)
def test_tests_that_other_code_imports_stay(module: str, code: bytes) -> None:
    files = {"a/tests/helper.py": b"", "a/other/tests/t.py": b"", module: code}
    assert left_out(files) == ["a/other/tests/t.py"]


def test_tests_that_import_each_other_go() -> None:
    files = {"a/tests/t.py": b"from a.tests.helper import x", "a/tests/helper.py": b""}
    assert left_out(files) == ["a/tests/helper.py", "a/tests/t.py"]


def test_stubs_that_lazy_loader_reads_stay() -> None:
    # scikit-image's modules are found through their stubs when it is imported.
    lazy = b"__getattr__, *_ = lazy.attach_stub(__name__, __file__)\n"
    files = {"a/__init__.py": lazy, "a/__init__.pyi": b"", "a/core.pyi": b""}
    assert left_out(files) == ["a/core.pyi"]


def test_headers_of_what_compiles_at_run_time_stay() -> None:
    assert left_out({"cupy/include/c.h": b""}, name="cupy-cuda12x") == []


def test_keep_leaves_files_alone() -> None:
    files = {"a/tests/t.py": b"", "a/b.h": b""}
    assert left_out(files, keep="*/a/tests/*") == ["a/b.h"]


def test_own_files_and_code_are_not_looked_at() -> None:
    files = {f"{SITE}/mine/tests/t.py": b"", "lib/mine.h": b""}
    kinds = (LayerKind.OVERLAY, LayerKind.CODE, LayerKind.HOME, LayerKind.SYSTEM)
    layers = [make_layer(kind.value, files, kind=kind) for kind in kinds]
    assert plan_slim(make_stack(*layers)).left_out == ()


def test_what_may_be_stripped_is_never_in_libs() -> None:
    # Their pages may not move: a stripped OpenBLAS of numpy.libs does not load.
    paths = (
        f"{SITE}/a/_m.cpython-311-x86_64-linux-gnu.so",
        f"{SITE}/a.libs/libopenblas-1.so",
        f"{SITE}/a/lib.so.1",
        "lib/libsystem.so",
        "lib/libpython3.11.so.1.0",
        "lib/python3.11/lib-dynload/_ssl.so",
        "bin/python3.11",
    )
    entries = [Entry(path=path, source=f"/disk/{path}") for path in paths]
    plan = plan_slim(make_stack(make_layer("a", {}, *entries)))
    assert set(plan.strip) == {paths[0], *paths[4:]}


def test_the_archive_says_what_is_not_in_it() -> None:
    stack = make_stack(make_layer("a", {f"{SITE}/a/b.h": b"", f"{SITE}/a/c.py": b""}))
    slimmed = apply_slim(stack, plan_slim(stack), {})
    assert slimmed.slim
    files = {e.path: e.source for layer in slimmed.layers for e in layer.entries}
    assert f"{SITE}/a/b.h" not in files
    assert f"{SITE}/a/b.h\ta\theader\n".encode() in bytes(
        files[".caddis/left-out.txt"]  # type: ignore[arg-type]
    )
