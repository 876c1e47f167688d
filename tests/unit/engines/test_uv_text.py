"""What uv says, read without running it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from caddis.adapters.uv.failures import explain
from caddis.adapters.uv.install import installable
from caddis.adapters.uv.process import Ended, UvProcess, run_through
from caddis.adapters.uv.pythons import read_pythons
from caddis.adapters.uv.resolve import join, read_choice, read_files
from caddis.adapters.uv.stubs import stub_constraints, stub_version
from caddis.adapters.uv.targets import target
from caddis.errors import (
    EngineError,
    FetchError,
    ProjectError,
    ResolveError,
    SystemFailure,
    UsageError,
)
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.ports.pypi import PypiQuery

_HERE = Path("/project")
_CHOICE = """\
-e ./lib                  # via -r asked.in
numpy==2.4.6              # via pandas, -r asked.in, -c limits.in
    # from https://pypi.org/simple
pandas[excel]==3.1.1      # via -r asked.in
    # from https://pypi.org/simple
tool @ git+https://g.example/tool@abc123  # via lib
"""
_FILES = """\
lock-version = "1.0"
[[packages]]
name = "lib"
directory = { path = "lib", editable = true }
[[packages]]
name = "numpy"
version = "2.4.6"
sdist = { url = "https://x.example/numpy.tar.gz", hashes = { sha256 = "00" } }
wheels = [{ url = "https://x.example/n.whl", size = 7, hashes = { sha256 = "aa" } }]
[[packages]]
name = "pandas"
version = "3.1.1"
sdist = { url = "https://x.example/pandas.tar.gz", hashes = { sha256 = "bb" } }
[[packages]]
name = "tool"
vcs = { type = "git", url = "https://g.example/tool", commit-id = "abc123" }
"""


def test_reasons_and_files_are_put_together() -> None:
    found = {
        p.name: p
        for p in join(
            list(read_choice(_CHOICE)), list(read_files(_FILES)), folder=_HERE
        )
    }
    assert found["numpy"].why == ("asked", "pandas")
    assert found["numpy"].files == (
        LockedFile(url="https://x.example/n.whl", sha256="aa", size=7),
    )
    assert found["pandas"].depends == ("numpy",)
    assert found["pandas"].extras == ("excel",)
    # No wheel: the source is all there is.
    assert found["pandas"].files[0].url.endswith("pandas.tar.gz")
    assert found["lib"].source == "-e ./lib"
    assert found["lib"].depends == ("tool",)
    assert found["tool"].source == "tool @ git+https://g.example/tool@abc123"


def test_provided_packages_count_as_needs_and_are_not_locked() -> None:
    files = [f for f in read_files(_FILES) if f["name"] != "numpy"]
    found = {p.name: p for p in join(list(read_choice(_CHOICE)), files, folder=_HERE)}
    assert found["pandas"].depends == ("numpy",)
    assert "numpy" not in found


@pytest.mark.parametrize(
    ("platform", "glibc", "said"),
    [
        ("linux-64", "2.36", "x86_64-manylinux_2_36"),
        ("linux-aarch64", "", "aarch64-manylinux_2_28"),
        ("osx-arm64", "", "aarch64-apple-darwin"),
        ("win-64", "", "x86_64-pc-windows-msvc"),
    ],
)
def test_platforms_are_told_in_uvs_words(platform: str, glibc: str, said: str) -> None:
    query = PypiQuery(requirements=(), platform=platform, python="3.11", glibc=glibc)
    assert target(query) == said


def test_a_platform_that_uv_does_not_know_is_refused() -> None:
    query = PypiQuery(requirements=(), platform="zos-z", python="3.11")
    with pytest.raises(EngineError, match="zos-z"):
        target(query)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("error: No solution found when resolving\n  cause: Because x", ResolveError),
        ("error: No solution found\nBecause x was not found in the cache", FetchError),
        ("error: Hash mismatch for `six==1.0`", FetchError),
        ("error: Failed to fetch: `https://x`\n  cause: dns error", FetchError),
        ("error: Failed to build `x`\n  cause: Git operation failed", FetchError),
        ("error: Distribution not found at: file:///nowhere/x.whl", FetchError),
        ("error: Couldn't parse requirement in `a.in`", ProjectError),
        ("error: Requested extra not found: nope", UsageError),
        ("thread panicked at src/main.rs", EngineError),
    ],
)
def test_failures_are_told_apart(said: str, kind: type[Exception]) -> None:
    assert type(explain(said)) is kind


def test_an_explanation_is_without_uvs_own_doings() -> None:
    said = (
        "Using CPython 3.11.7\nwarning: something\n"
        "  × No solution found when resolving dependencies:\n"
        "  ╰─▶ Because only six<2 is available and you require six>9 …"
    )
    assert str(explain(said)).splitlines()[-1] == (
        "Because only six<2 is available and you require six>9 …"
    )
    assert "Using" not in str(explain(said))


def test_what_uv_is_asked_by_is_nothing_to_people() -> None:
    said = "error: No solution found when resolving\n  Because lib is not there and"
    error = explain(f"{said} caddis-asks depends on lib, nothing can be done.")
    assert "and you require lib, nothing" in str(error)


def test_what_is_not_fetched_because_nobody_may_is_no_fault_of_the_network() -> None:
    error = explain(
        "error: Failed to download `idna==3.20`\n  cause: Network connectivity is"
        " disabled, but the requested data wasn't found in the cache: https://x.example"
    )
    assert isinstance(error, FetchError)
    assert error.hint == "Without --offline it may be found."


def test_where_a_proxy_stands_in_between_caddis_own_way_round_it_is_told() -> None:
    # uv's hint names an option that caddis has not.
    error = explain(
        "error: Failed to fetch: `https://pypi.org/simple/idna/`\n"
        "  cause: invalid peer certificate: UnknownIssuer\n"
        "hint: Consider enabling use of system TLS certificates with the"
        " `--system-certs` command-line flag\n"
    )
    assert isinstance(error, FetchError)
    assert "UnknownIssuer" in str(error)
    assert "--system-certs" not in str(error)
    assert "UV_SYSTEM_CERTS" in error.hint


def test_a_checkout_to_edit_is_told_how_to_be_written() -> None:
    said = (
        "error: Unsupported editable requirement in `requirements.in` at line 2:"
        " `git+https://git.example/thing.git@main#egg=thing`\n"
        "  cause: Git sources cannot be editable"
    )
    error = explain(said)
    assert isinstance(error, ProjectError)
    assert error.hint.endswith("NAME @ git+https://git.example/thing.git@main")


def test_a_full_disk_is_told_in_one_line() -> None:
    said = (
        "Downloading scipy (33.7MiB)\n Downloaded scipy\nPrepared 1 package in 1s\n"
        "error: Failed to install: scipy-1.0-py3-none-any.whl (scipy==1.0)\n"
        "  Caused by: failed to copy\n"
        "  Caused by: a to b: No space left on device (os error 28)\n"
    )
    error = explain(said)
    assert str(error).count("\n") == 0
    assert "Failed to install: scipy" in str(error)
    assert "No space left on device" in str(error)
    assert "free some space" in error.hint
    assert isinstance(error, SystemFailure)


def test_of_a_build_that_failed_the_end_is_told() -> None:
    story = "\n".join(f"  line {number}" for number in range(100))
    error = explain(f"error: Failed to build `six==1.0`\n{story}\nhint: Build failures")
    assert str(error).splitlines()[0] == "Failed to build `six==1.0`"
    assert str(error).splitlines()[-1] == "line 99"
    assert len(str(error).splitlines()) < 10


def test_of_a_build_that_says_what_is_wrong_that_is_told() -> None:
    advice = "\n".join(f"  advice {number}" for number in range(9))
    story = f"  Traceback\n  error: Two packages are there.\n{advice}"
    error = explain(f"error: Failed to build `mine @ file:///work/mine`\n{story}")
    assert str(error).splitlines()[1] == "error: Two packages are there."
    assert str(error).splitlines()[-1] == "advice 4"
    assert "--no-project" in error.hint


def test_of_a_folder_whose_setup_fails_the_reason_is_told() -> None:
    story = 'Traceback\n  File "<string>", line 2\nModuleNotFoundError: No module'
    error = explain(f"error: The build backend returned an error\n  cause: x\n{story}")
    assert str(error).splitlines() == [
        "The build backend returned an error",
        "ModuleNotFoundError: No module",
    ]
    assert "--no-project" in error.hint


def test_a_line_about_the_project_itself_is_read() -> None:
    # What is asked for as `.`, uv names by its path, which is then nothing but a dot.
    files = [{"name": "mine", "directory": {"path": ".", "editable": True}}]
    for line in ("-e .", "-e ./", "."):
        text = f"{line}  # via -r asked.in\n"
        (found,) = join(list(read_choice(text)), files, folder=_HERE)
        assert found.name == "mine"


def test_a_folder_above_is_known_however_its_path_ends() -> None:
    # A script of an example names its project as `../../`.
    files = [{"name": "lib", "directory": {"path": "../../", "editable": True}}]
    (found,) = join(list(read_choice("-e ../..  # via -r a.in")), files, folder=_HERE)
    assert (found.name, found.source) == ("lib", "-e ../..")


def test_the_first_index_replaces_pypi_only_when_it_is_said() -> None:
    urls = ("https://one.example", "https://two.example")
    beside = UvProcess(indexes=urls).index_options()
    assert beside == ["--index", urls[0], "--index", urls[1]]
    instead = UvProcess(indexes=urls, replaces_pypi=True).index_options()
    assert instead == ["--default-index", urls[0], "--index", urls[1]]


@pytest.mark.parametrize(
    ("conda", "legal"),
    [("2.1.0", "2.1.0"), ("1.1.1w", "1.1.1"), ("9e", "9"), ("2.9.0.post0",) * 2],
)
def test_condas_versions_become_legal_ones(conda: str, legal: str) -> None:
    assert stub_version(conda) == legal


def test_a_stub_is_a_wheel_that_needs_nothing(tmp_path: Path) -> None:
    (line,) = stub_constraints([("python-dateutil", "2.9")], tmp_path)
    path = tmp_path / "python_dateutil-2.9-py3-none-any.whl"
    assert line == f"python-dateutil @ {path.as_uri()}"
    with zipfile.ZipFile(path) as wheel:
        metadata = wheel.read("python_dateutil-2.9.dist-info/METADATA").decode()
    assert "Requires-Dist" not in metadata


def test_sources_are_installed_apart_from_files(tmp_path: Path) -> None:
    # uv takes nothing beside a pylock.toml.
    six = LockedPackage(
        name="six",
        version="1.0",
        ecosystem=Ecosystem.PYPI,
        files=(LockedFile(url="https://x.example/six.whl", sha256="aa"),),
    )
    lib = LockedPackage(
        name="lib", version="", ecosystem=Ecosystem.PYPI, files=(), source="-e ./lib"
    )
    files, sources = installable([six, lib], tmp_path, project=tmp_path)
    assert 'sha256 = "aa"' in files.read_text()
    assert sources.read_text() == "-e ./lib"


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        (
            "Because the requested Python version (>=3.9) does not satisfy "
            "Python>=3.11 and all of:\n    ipython>=9.0,<=9.10.1\n"
            "    ipython>=9.13.0\ndepend on Python>=3.11, we can conclude",
            [(">=3.11", "ipython")],
        ),
        (
            "Because needs12==1.0 requires Python >=3.12, <4 and only needs12==1.0",
            [(">=3.12,<4", "needs12")],
        ),
        (
            "hint: You require CPython 3.11 (`cp311`), but we only found wheels for "
            "`binary` (v1.0) with the following Python ABI tags: `cp310`, `cp312`",
            [("==3.10.*", "binary"), ("==3.12.*", "binary")],
        ),
        ("And because you require solver, we can conclude", []),
    ],
)
def test_another_python_that_would_do_is_read(
    said: str, needs: list[tuple[str, str]]
) -> None:
    assert [(need.spec, need.by) for need in read_pythons(said)] == needs


def test_folders_that_uv_found_are_named_from_the_project() -> None:
    # The whole paths would be other ones for whoever has the same repository.
    text = (
        "-e ../lib  # via -r asked.in\n"
        "-e file:///repository/inner  # via lib\n"
        "near[x] @ file:///repository/app/near  # via lib\n"
        "far @ file:///srv/far.whl  # via lib\n"
        "told @ file:///repository/told  # via -r asked.in\n"
    )
    files = [
        {"name": "lib", "directory": {"path": "../lib", "editable": True}},
        {"name": "inner", "directory": {"path": "/repository/inner"}},
        *({"name": name} for name in ("near", "far", "told")),
    ]
    chosen = list(read_choice(text))
    found = join(chosen, files, folder=Path("/repository/app"))
    assert {package.name: package.source for package in found} == {
        "lib": "-e ../lib",
        "inner": "-e ../inner",
        "near": "./near[x]",
        "far": "far @ file:///srv/far.whl",
        "told": "told @ file:///repository/told",
    }


class _Crashing:
    """A uv that crashes *times* and then answers; it remembers its commands."""

    def __init__(self, times: int) -> None:
        self._times = times
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> Ended:
        self.commands.append(list(command))
        return (-11, "", "") if len(self.commands) <= self._times else (0, "done", "")


def test_a_uv_that_crashed_is_run_once_more() -> None:
    # https://github.com/astral-sh/uv/issues/21428
    uv = _Crashing(1)
    assert run_through(uv, ["install"], again=["--reinstall"])[1] == "done"
    assert uv.commands == [["install"], ["install", "--reinstall"]]


def test_a_uv_that_crashes_each_time_is_told() -> None:
    uv = _Crashing(9)
    assert run_through(uv, ["compile"], again=())[0] == -11
    assert len(uv.commands) == 2
    assert str(explain("it ended with -11")) == "uv failed:\nit ended with -11"


def test_what_may_not_be_done_twice_is_not() -> None:
    uv = _Crashing(1)
    assert run_through(uv, ["uninstall"], again=None)[0] == -11
    assert len(uv.commands) == 1


@pytest.mark.parametrize(
    "said",
    [
        "error: Failed to initialize cache at `/home/me/.cache/uv`\n"
        "  cause: failed to create directory `/home/me/.cache/uv`: Permission denied"
        " (os error 13)\n",
        "error: Failed to write to the client cache\n"
        "  cause: failed to write to file `/home/me/.cache/uv/simple-v27/index/.tmpU`:"
        " No space left on device (os error 28)\n",
        "error: Failed to inspect Python interpreter from provided path at"
        " `/usr/bin/python3.11`\n"
        "  cause: failed to write to file `/home/me/.cache/uv/.tmpo/python/get.py`:"
        " No space left on device (os error 28)\n",
    ],
)
def test_a_cache_that_uv_cannot_keep_may_be_elsewhere(said: str) -> None:
    error = explain(said)
    assert isinstance(error, SystemFailure)
    assert "/home/me/.cache/uv" in str(error)
    assert "CADDIS_CACHE_DIR" in error.hint
