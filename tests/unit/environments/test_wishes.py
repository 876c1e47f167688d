"""What was asked for in a prefix, and what only came along."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caddis.model.environment import Environment, KnownBy, PrefixKind
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.lock_file import write_lock
from caddis.model.prefix.journal import (
    Journal,
    Noted,
    applied_lock_path,
    stamp_of,
    write_journal,
)
from caddis.model.requirements import Ecosystem
from tests.unit.environments.prefixes import EDITABLE, SITE, Prefix, read, specs


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(path=tmp_path / "env")


def why(environment: Environment) -> dict[str, tuple[str, ...]]:
    return {package.name: package.why for package in environment.packages}


def test_history_tells_what_was_asked_and_forgets_what_was_removed(
    prefix: Prefix,
) -> None:
    prefix.python()
    prefix.conda("numpy", depends=["python"])
    prefix.history(
        "# cmd: conda create -n x -c bioconda numpy scipy",
        "# update specs: ['numpy', 'scipy', 'python=3.11']",
        "# remove specs: ['scipy']",
        "# update specs: ['numpy>=1.20']",
    )
    environment = read(prefix)
    assert specs(environment) == ["conda:numpy>=1.20", "conda:python=3.11"]
    assert {asked.known_by for asked in environment.requested} == {KnownBy.HISTORY}
    assert environment.channels == ("bioconda", "conda-forge")


def test_a_sync_of_caddis_replaces_what_the_history_asked_before(
    prefix: Prefix,
) -> None:
    prefix.python()
    prefix.conda("numpy")
    prefix.history(
        "# update specs: ['numpy', 'python']",
        "# cmd: caddis sync",
        "# update specs: ['python 3.11.*']",
    )
    assert specs(read(prefix)) == ["conda:python 3.11.*"]


def test_without_history_the_packages_nothing_needs_are_named_and_a_note_says_so(
    prefix: Prefix,
) -> None:
    prefix.python()
    prefix.conda("numpy", depends=["python >=3.11", "libblas"])
    prefix.conda("libblas")
    environment = read(prefix)
    assert specs(environment) == ["conda:numpy", "conda:python 3.11.*"]
    assert "written nowhere" in environment.notes[0]


def test_a_clone_of_conda_is_not_taken_for_a_wish_for_every_build(
    prefix: Prefix,
) -> None:
    # conda create --clone turns the history into pins of everything.
    prefix.python()
    prefix.conda("numpy", depends=["python"])
    prefix.history("# update specs: ['python==3.11.7=h1_0', 'numpy==1.0=h1_0']")
    environment = read(prefix)
    assert specs(environment) == ["conda:numpy", "conda:python 3.11.*"]
    assert "clone" in environment.notes[0]


def test_specs_in_records_speak_where_the_history_is_empty(prefix: Prefix) -> None:
    # rattler leaves the history empty.
    prefix.python()
    prefix.conda("numpy", requested="numpy >=1")
    prefix.conda("libblas")
    assert specs(read(prefix)) == ["conda:numpy >=1"]


def test_pip_marks_what_was_asked(prefix: Prefix) -> None:
    prefix.venv()
    prefix.dist("requests", installer="pip", requested=True, requires=["idna"])
    prefix.dist("idna", installer="pip")
    environment = read(prefix)
    assert environment.kind is PrefixKind.VENV
    assert environment.python == "3.11.7"
    assert specs(environment) == ["pypi:requests"]
    assert environment.requested[0].known_by is KnownBy.REQUESTED


def test_marks_of_uv_mean_nothing_so_the_top_is_worked_out(prefix: Prefix) -> None:
    # uv marks every distribution as requested.
    prefix.venv()
    prefix.dist(
        "requests", requested=True, requires=["idna>=2", "socks ; extra == 's'"]
    )
    prefix.dist("idna", requested=True)
    prefix.dist("socks", requested=True)
    prefix.dist("tomli", requested=True)
    prefix.dist("black", requested=True, requires=['tomli; python_version < "3.11"'])
    environment = read(prefix)
    assert specs(environment) == [
        "pypi:black", "pypi:requests", "pypi:socks", "pypi:tomli",
    ]  # fmt: skip
    assert environment.notes


def test_an_extra_that_a_package_asks_for_makes_its_packages_needed(
    prefix: Prefix,
) -> None:
    prefix.venv()
    prefix.dist("app", requires=["requests[socks]"])
    prefix.dist("requests", requires=["PySocks; extra == 'socks'"])
    prefix.dist("PySocks")
    assert specs(read(prefix)) == ["pypi:app"]


def test_an_extra_that_alone_explains_a_package_was_probably_asked_for(
    prefix: Prefix,
) -> None:
    # pip marks requests and not PySocks, for requests and for requests[socks] alike.
    prefix.venv()
    prefix.dist(
        "requests",
        installer="pip",
        requested=True,
        requires=["idna", "PySocks; extra == 'socks'", "chardet; extra == 'use'"],
        extras=["socks", "use"],
    )
    prefix.dist("idna", installer="pip")
    prefix.dist("PySocks", installer="pip")
    environment = read(prefix)
    assert specs(environment) == ["pypi:requests[socks]"]
    assert why(environment)["pysocks"] == ("requests",)
    assert environment.packages[-1].extras == ("socks",)
    assert "requests[socks] was probably asked for" in environment.notes[0]


def test_of_extras_that_explain_the_same_the_smaller_is_taken(prefix: Prefix) -> None:
    prefix.venv()
    requires = ["a; extra == 'all'", "b; extra == 'all'", "a; extra == 'one'"]
    prefix.dist(
        "app", installer="pip", requested=True, requires=requires, extras=["all", "one"]
    )
    prefix.dist("a", installer="pip")
    prefix.dist("b", installer="pip", requested=True)
    assert specs(read(prefix)) == ["pypi:app[one]", "pypi:b"]


def test_an_extra_of_a_source_stays_with_it(prefix: Prefix) -> None:
    prefix.venv()
    prefix.dist(
        "lib",
        installer="pip",
        requested=True,
        requires=["more; extra == 'x'"],
        extras=["x"],
        direct_url=EDITABLE,
    )
    prefix.dist("more", installer="pip")
    assert specs(read(prefix)) == ["pypi:-e /src/my lib[x]"]


def test_without_marks_what_an_extra_may_have_brought_is_told(prefix: Prefix) -> None:
    prefix.venv()
    prefix.dist("app", requires=["more; extra == 'x'"], extras=["x"])
    prefix.dist("more")
    environment = read(prefix)
    assert specs(environment) == ["pypi:app", "pypi:more"]
    assert "what an extra brought: app[x]" in environment.notes[1]


def test_each_package_tells_who_needs_it_across_both_worlds(prefix: Prefix) -> None:
    prefix.python()
    info = f"{SITE}/numpy-1.0.dist-info/METADATA"
    prefix.conda("numpy", depends=["python >=3.11", "libblas"], files={info: "x"})
    prefix.conda("libblas")
    prefix.conda("left-behind", depends=["libblas"])
    prefix.history("# update specs: ['python']")
    prefix.dist("app", installer="pip", requested=True, requires=["NumPy>=1"])
    assert why(read(prefix)) == {
        "left-behind": (),
        "libblas": ("left-behind", "numpy"),
        "numpy": ("app",),
        "python": ("asked", "numpy"),
        "app": ("asked",),
    }


def test_a_circle_is_represented_by_one_of_it(prefix: Prefix) -> None:
    prefix.venv()
    prefix.dist("egg", requires=["hen"])
    prefix.dist("hen", requires=["egg"])
    assert specs(read(prefix)) == ["pypi:egg"]


def test_the_journal_knows_files_and_wishes(prefix: Prefix) -> None:
    prefix.venv()
    info = prefix.dist("requests", requested=True)
    file = LockedFile(url="https://files.example/requests.whl", sha256="cd" * 32)
    package = LockedPackage(
        name="requests", version="1.0", ecosystem=Ecosystem.PYPI, files=(file,)
    )
    part = PlatformLock(platform="linux-64", python="3.11", packages=(package,))
    note = Noted(fingerprint=file.sha256, stamp=stamp_of(info / "RECORD"))
    applied_lock_path(prefix.path).parent.mkdir()
    write_lock(Lock(platforms=(part,)), applied_lock_path(prefix.path))
    journal = Journal(requested=("pypi:requests[socks]>=2",), pypi={"requests": note})
    write_journal(journal, prefix.path)
    environment = read(prefix)
    assert specs(environment) == ["pypi:requests[socks]>=2"]
    assert environment.packages[0].files == (file,)
    assert environment.notes == ()


def test_a_package_installed_again_by_others_is_not_the_journal_s_any_more(
    prefix: Prefix,
) -> None:
    prefix.venv()
    info = prefix.dist("requests")
    note = Noted(fingerprint="cd" * 32, stamp=stamp_of(info / "RECORD"))
    (prefix.path / ".caddis").mkdir()
    journal = Journal(requested=("pypi:requests[socks]",), pypi={"requests": note})
    write_journal(journal, prefix.path)
    os.utime(info / "RECORD", (1, 1))
    asked = read(prefix).requested[0]
    assert asked.known_by is KnownBy.WORKED_OUT
    assert asked.spec == "requests"
