"""What is told where a lock cannot be made, or not as somebody meant it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from caddis.errors import FetchError, ResolveError, UsageError
from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery, PythonNeed, PythonRuledOut
from caddis.stages.lock import LockSettings, lock
from tests.support.notes import Notes
from tests.unit.lock.fakes import CONDA, SETTINGS, Conda, Pypi, ask, package


class _Without(Pypi):
    """Does not know some names."""

    def __init__(self, *unknown: str) -> None:
        super().__init__()
        self._unknown = unknown

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        for name in self._unknown:
            if name in query.requirements:
                text = f"Because {name} was not found in the package registry …"
                raise ResolveError(text)
        return tuple(package(name) for name in query.requirements)


class _Away(Pypi):
    """Fetches nothing."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        raise FetchError(f"Failed to download `{query.requirements[-1]}`", hint="Wait.")


class _OnlyFor(Pypi):
    """Has packages for one Python."""

    def __init__(self, python: str) -> None:
        super().__init__(package("app"))
        self._python = python

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        if query.python != self._python:
            need = PythonNeed(spec=f">={self._python}", by="app")
            raise PythonRuledOut("a long story about app", needs=(need,))
        return super().resolve(query)


def _notes_on(*specs: str) -> list[str]:
    """Lock PyPI's *specs*, one line of a file each, and give what was noted."""
    asked = []
    for line, spec in enumerate(specs, start=1):
        name = spec.partition("[")[0]
        origin = f"requirements.in:{line}"
        asked.append(
            Requirement(spec=spec, name=name, ecosystem=Ecosystem.PYPI, origin=origin)
        )
    packages = (package(requirement.name) for requirement in asked)
    notes = Notes()
    settings = LockSettings(platforms=("linux-64", "win-64"), python="3.12")
    lock(asked, pypi=Pypi(*packages), settings=settings, reporter=notes)
    return notes.told


def test_only_files_of_an_allowed_hash_are_locked() -> None:
    asked = replace(ask("app"), hashes=("00" * 32,), origin="requirements.txt:3")
    pypi = Pypi(package("app"))
    assert lock([asked], pypi=pypi, settings=SETTINGS).platforms[0].packages[0].files
    with pytest.raises(FetchError, match=r"app 1\.0 .* requirements\.txt:3"):
        lock([replace(asked, hashes=("11" * 32,))], pypi=pypi, settings=SETTINGS)


def test_conda_packages_without_a_channel_are_refused() -> None:
    with pytest.raises(UsageError, match="no channel"):
        lock([ask("numpy", CONDA)], pypi=Pypi(), settings=SETTINGS)


def test_what_is_not_needed_cannot_be_upgraded() -> None:
    upgraded = replace(SETTINGS, upgrade_packages=frozenset({"nosuch"}))
    with pytest.raises(UsageError, match="called nosuch"):
        lock([ask("app")], pypi=Pypi(package("app")), settings=upgraded)


def test_conflicts_that_have_nothing_to_do_with_each_other_are_told_at_once() -> None:
    asked = [ask("app"), ask("gone"), ask("lost")]
    with pytest.raises(ResolveError) as caught:
        lock(asked, pypi=_Without("gone", "lost"), settings=SETTINGS)
    text = str(caught.value)
    assert "gone cannot be had" in text
    assert "lost cannot be had" in text
    assert "app" not in text
    assert "No index has gone" in caught.value.hint
    assert "No index has lost" in caught.value.hint


def test_another_python_that_works_is_proposed() -> None:
    with pytest.raises(ResolveError) as caught:
        lock([ask("app")], pypi=_OnlyFor("3.13"), settings=SETTINGS)
    assert "app needs Python >=3.13" in str(caught.value)
    assert caught.value.hint == "It works with Python 3.13: --python 3.13"


def test_an_extra_that_is_not_there_is_pointed_out_once_with_its_line() -> None:
    assert _notes_on("plain", "arrays[drwa]>=1") == [
        "arrays has no extra 'drwa' (requirements.in:2): it has draw,"
        " fast-draw; is draw meant?"
    ]


def test_an_extra_that_is_there_under_another_spelling_is_fine() -> None:
    assert _notes_on("arrays[Fast_Draw, draw]") == []


def test_nothing_is_said_of_extras_that_nobody_knows() -> None:
    assert _notes_on("unseen[anything]") == []


def test_what_cannot_be_fetched_is_told_with_its_line_and_without_secrets() -> None:
    spec = "thing @ git+https://me:word@git.example/thing"
    asked = [
        ask("other"),
        replace(ask(spec), origin="requirements.in:2"),
    ]
    with pytest.raises(FetchError) as caught:
        lock(asked, pypi=_Away(), settings=SETTINGS)
    assert str(caught.value).splitlines()[-1] == (
        "  thing @ git+https://git.example/thing  requirements.in:2"
    )
    assert caught.value.hint == "Wait."


class _Firm(Conda):
    """Has arrays 1 alone."""

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        if query.constraints:
            raise ResolveError("└─ the constraint arrays ==2.0 cannot be fulfilled")
        return super().solve(query)


class _Needy(Pypi):
    """Has frames, which need arrays 2."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        if query.provided:
            raise ResolveError("Because frames depends on arrays==2 …")
        return (package("arrays", version="2.0"), package("frames", "arrays"))


def test_what_pypi_needs_of_conda_in_vain_is_told_with_who_needs_it() -> None:
    python = package("python", ecosystem=CONDA, version="3.11.7")
    arrays = package("arrays", ecosystem=CONDA, version="1.0")
    asked = [ask("arrays", CONDA), replace(ask("frames"), origin="environment.yml:4")]
    with pytest.raises(ResolveError) as caught:
        lock(
            asked,
            conda=_Firm(python, replace(arrays, provides=("arrays",))),
            pypi=_Needy(),
            settings=replace(SETTINGS, channels=("c",)),
        )
    text = str(caught.value)
    assert "arrays ==2.0  needed by frames (environment.yml:4) from PyPI" in text
    assert text.endswith("arrays ==2.0 is needed and ruled out")
