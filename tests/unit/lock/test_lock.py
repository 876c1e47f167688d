"""Which packages a lock has, with engines that are dictionaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caddis.errors import ResolveError
from caddis.model.lock import Lock, LockedPackage
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery, PythonNeed, PythonRuledOut
from caddis.stages.lock import lock
from tests.unit.lock.fakes import CONDA, SETTINGS, Conda, Pypi, ask, package


class _Stubborn(Pypi):
    """Needs arrays 2 and says no to whatever else conda brings."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        if query.provided:
            raise ResolveError("Because frames depends on arrays==2 …")
        return (package("arrays", version="2.0"), package("frames", "arrays"))


class _Ranging(_Stubborn):
    """The same, but arrays 1.5 would do, too."""

    def versions(self, query: PypiQuery) -> dict[str, str]:
        return {"arrays": "1.5" if query.lowest else "2.0"}


class _NewerPythons(Pypi):
    """Has packages for Python 3.13 and above, and says so of two."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        if query.python.startswith(("3.13", "3.14")):
            return super().resolve(query)
        needs = (
            PythonNeed(spec=">=3.14", by="fast"),
            PythonNeed(spec=">=3.13", by="app"),
        )
        raise PythonRuledOut("a long story", needs=needs)


class _Until313(Conda):
    """Has a Python for each constraint that it knows."""

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        pythons = {"": "3.11.7", "python >=3.13": "3.13.1"}
        wanted = next(iter(query.constraints), "")
        if wanted not in pythons:
            raise ResolveError(f"nothing provides {wanted}")
        return (package("python", ecosystem=CONDA, version=pythons[wanted]),)


def _why(made: Lock) -> dict[str, tuple[str, ...]]:
    return {p.name: p.why for p in made.platforms[0].packages}


def _groups(made: Lock) -> dict[str, tuple[str, ...]]:
    return {p.name: p.groups for p in made.platforms[0].packages}


def test_packages_are_sorted_and_say_why_they_are_there() -> None:
    pypi = Pypi(package("yaml-tool", "six"), package("six"), package("pillow"))
    asked = [ask("yaml-tool"), ask("pillow", module="PIL")]
    made = lock(asked, pypi=pypi, settings=SETTINGS)
    assert _why(made) == {
        "pillow": ("import PIL",),
        "six": ("yaml-tool",),
        "yaml-tool": ("asked",),
    }
    assert list(_why(made)) == ["pillow", "six", "yaml-tool"]


def test_groups_reach_what_their_packages_need() -> None:
    pypi = Pypi(package("app", "six"), package("six"), package("pytest", "six"))
    made = lock([ask("app"), ask("pytest", group="test")], pypi=pypi, settings=SETTINGS)
    assert _groups(made) == {"app": (), "pytest": ("test",), "six": ("", "test")}


def test_what_conda_provides_is_told_to_pypi() -> None:
    brings = replace(
        package("opencv", ecosystem=CONDA, version="4.9"),
        provides=("opencv-python",),
    )
    python = package("python", ecosystem=CONDA, version="3.11.7")
    pypi = Pypi(package("see", "opencv-python"))
    made = lock(
        [ask("opencv", CONDA), ask("see")],
        conda=Conda(python, brings),
        pypi=pypi,
        settings=replace(SETTINGS, channels=("c",)),
    )
    assert pypi.queries[0].provided == (("opencv-python", "4.9"),)
    assert pypi.queries[0].python == "3.11.7"
    assert _why(made)["opencv"] == ("asked", "see")


def test_conda_gets_python_unless_it_is_asked_for() -> None:
    settings = replace(SETTINGS, channels=("c",))
    conda = Conda()
    lock([ask("numpy", CONDA)], conda=conda, pypi=Pypi(), settings=settings)
    lock([ask("python 3.9", CONDA)], conda=conda, pypi=Pypi(), settings=settings)
    assert conda.queries[0].specs == ("numpy", "python 3.11.*")
    assert conda.queries[1].specs == ("python 3.9",)


def test_the_need_of_pypi_is_asked_of_conda_and_no_further_than_it_helps() -> None:
    python = package("python", ecosystem=CONDA, version="3.11.7")
    arrays = package("arrays", ecosystem=CONDA, version="1.0")
    conda = Conda(python, replace(arrays, provides=("arrays",)))
    with pytest.raises(ResolveError, match="frames"):
        lock(
            [ask("arrays", CONDA), ask("frames")],
            conda=conda,
            pypi=_Stubborn(),
            settings=replace(SETTINGS, channels=("c",)),
        )
    # The same answer twice: a third round would be the same again.
    assert [query.constraints for query in conda.queries] == [(), ("arrays ==2.0",)]


def test_conda_is_asked_for_all_versions_that_pypi_can_do_with() -> None:
    python = package("python", ecosystem=CONDA, version="3.11.7")
    arrays = package("arrays", ecosystem=CONDA, version="1.0")
    conda = Conda(python, replace(arrays, provides=("arrays",)))
    with pytest.raises(ResolveError):
        lock(
            [ask("arrays", CONDA), ask("frames")],
            conda=conda,
            pypi=_Ranging(),
            settings=replace(SETTINGS, channels=("c",)),
        )
    assert conda.queries[1].constraints == ("arrays >=1.5,<=2.0",)


def test_of_the_pythons_that_would_do_one_is_taken_that_conda_has() -> None:
    made = lock(
        [ask("python", CONDA), ask("app")],
        conda=_Until313(),
        pypi=_NewerPythons(package("app")),
        settings=replace(SETTINGS, channels=("c",)),
    )
    assert made.platforms[0].python == "3.13.1"


def test_what_was_locked_is_preferred_unless_named() -> None:
    old = lock(
        [ask("app")], pypi=Pypi(package("app"), package("six")), settings=SETTINGS
    )
    pypi = Pypi(package("app"))
    upgraded = replace(SETTINGS, upgrade_packages=frozenset({"six"}))
    lock([ask("app")], pypi=pypi, settings=upgraded, previous=old)
    assert pypi.queries[0].preferred == (("app", "1.0"),)


def test_a_conda_package_is_named_for_an_upgrade_however_it_is_written() -> None:
    python = package("python", version="3.11.7", ecosystem=CONDA)
    under = package("typing_extensions", ecosystem=CONDA)
    channel = replace(SETTINGS, channels=("https://a.example/c",))
    asked = [ask("typing_extensions", CONDA)]
    old = lock(asked, conda=Conda(python, under), pypi=Pypi(), settings=channel)
    conda = Conda(python, under)
    upgraded = replace(channel, upgrade_packages=frozenset({"typing-extensions"}))
    lock(asked, conda=conda, pypi=Pypi(), settings=upgraded, previous=old)
    assert [p.name for p in conda.queries[0].preferred] == ["python"]


def test_each_platform_is_resolved_by_itself() -> None:
    pypi = Pypi(package("app"))
    both = replace(SETTINGS, platforms=("win-64", "linux-64"))
    made = lock([ask("app")], pypi=pypi, settings=both)
    assert [part.platform for part in made.platforms] == ["linux-64", "win-64"]
    assert {(q.platform, q.glibc) for q in pypi.queries} == {
        ("linux-64", "2.28"),
        ("win-64", ""),
    }


def test_a_conda_package_for_one_platform_is_asked_there_alone() -> None:
    conda = Conda(package("python", ecosystem=CONDA))
    only = replace(ask("winpty", CONDA), marker="sys_platform == 'win32'")
    settings = replace(
        SETTINGS, platforms=("linux-64", "win-64"), channels=("conda-forge",)
    )
    lock([only, ask("glue", CONDA)], conda=conda, pypi=Pypi(), settings=settings)
    assert [query.specs for query in conda.queries] == [
        ("glue", "python 3.11.*"),
        ("winpty", "glue", "python 3.11.*"),
    ]


def test_what_was_asked_for_one_platform_is_told_there_alone() -> None:
    conda = Conda(package("python", ecosystem=CONDA))
    only = replace(ask("winpty >=1", CONDA), marker="sys_platform == 'win32'")
    settings = replace(
        SETTINGS, platforms=("linux-64", "win-64"), channels=("conda-forge",)
    )
    asked = [only, ask("glue", CONDA), ask("six ; sys_platform == 'win32'")]
    made = lock(asked, conda=conda, pypi=Pypi(), settings=settings)
    assert "conda:winpty >=1 ; sys_platform == 'win32'" in made.requested
    # PyPI's own form has the marker in it.
    of_pypi = "pypi:six ; sys_platform == 'win32'"
    assert made.requested_on("linux-64") == ("conda:glue", of_pypi)
    assert made.requested_on("win-64") == ("conda:glue", "conda:winpty >=1", of_pypi)
