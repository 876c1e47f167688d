"""Locking with engines that are dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest

from caddis.errors import FetchError, ResolveError, UsageError
from caddis.model.cutoff import Cutoff
from caddis.model.imports import Import, ImportKind
from caddis.model.lock import Lock, LockedFile, LockedPackage
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.conda import CondaQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiQuery, PythonNeed, PythonRuledOut
from caddis.stages.lock import LockSettings, hash_inputs, lock
from caddis.stages.lock.machines import assumed_packages, glibc
from tests.support.notes import Notes

_CONDA, _PYPI = Ecosystem.CONDA, Ecosystem.PYPI
_SETTINGS = LockSettings(platforms=("linux-64",), python="3.11")
_LONG_AGO = Cutoff(said="1 week", until="2020-01-01T00:00:00+00:00")


def _package(
    name: str, *depends: str, ecosystem: Ecosystem = _PYPI, **more: str
) -> LockedPackage:
    return LockedPackage(
        name=name,
        version=more.pop("version", "1.0"),
        ecosystem=ecosystem,
        files=(LockedFile(url=f"https://x.example/{name}", sha256="00" * 32),),
        depends=depends,
    )


def _ask(
    spec: str, ecosystem: Ecosystem = _PYPI, *, group: str = "", module: str = ""
) -> Requirement:
    imports = (
        (Import(module=module, kind=ImportKind.REQUIRED, path="a.py", line=1),)
        if module
        else ()
    )
    return Requirement(
        spec=spec,
        name=spec.split()[0],
        ecosystem=ecosystem,
        group=group,
        imports=imports,
    )


class _Pypi:
    """Knows one answer, and remembers what it was asked."""

    def __init__(self, *packages: LockedPackage) -> None:
        self._packages = packages
        self.queries: list[PypiQuery] = []

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        provided = {name for name, _ in query.provided}
        return tuple(p for p in self._packages if p.name not in provided)

    def versions(self, query: PypiQuery) -> dict[str, str]:
        return {p.name: p.version for p in self.resolve(query)}

    def extras(
        self,
        pins: Iterable[tuple[str, str]],
        *,
        brought: Mapping[str, LockedFile],
    ) -> dict[str, tuple[str, ...]]:
        return {name: ("draw", "fast-draw") for name, _ in pins if name != "unseen"}


class _Conda:
    """Knows one answer, and remembers what it was asked."""

    def __init__(self, *packages: LockedPackage) -> None:
        self._packages = packages
        self.queries: list[CondaQuery] = []

    def solve(self, query: CondaQuery) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        return self._packages


class _Stubborn(_Pypi):
    """Needs arrays 2 and says no to whatever else conda brings."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        self.queries.append(query)
        if query.provided:
            raise ResolveError("Because frames depends on arrays==2 …")
        return (_package("arrays", version="2.0"), _package("frames", "arrays"))


class _Without(_Pypi):
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
        return tuple(_package(name) for name in query.requirements)


class _Away(_Pypi):
    """Fetches nothing."""

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        raise FetchError(f"Failed to download `{query.requirements[-1]}`", hint="Wait.")


class _OnlyFor(_Pypi):
    """Has packages for one Python."""

    def __init__(self, python: str) -> None:
        super().__init__(_package("app"))
        self._python = python

    def resolve(
        self, query: PypiQuery, *, reporter: Reporter | None = None
    ) -> tuple[LockedPackage, ...]:
        if query.python != self._python:
            need = PythonNeed(spec=f">={self._python}", by="app")
            raise PythonRuledOut("a long story about app", needs=(need,))
        return super().resolve(query)


def _why(made: Lock) -> dict[str, tuple[str, ...]]:
    return {p.name: p.why for p in made.platforms[0].packages}


def _groups(made: Lock) -> dict[str, tuple[str, ...]]:
    return {p.name: p.groups for p in made.platforms[0].packages}


def test_packages_are_sorted_and_say_why_they_are_there() -> None:
    pypi = _Pypi(_package("yaml-tool", "six"), _package("six"), _package("pillow"))
    asked = [_ask("yaml-tool"), _ask("pillow", module="PIL")]
    made = lock(asked, pypi=pypi, settings=_SETTINGS)
    assert _why(made) == {
        "pillow": ("import PIL",),
        "six": ("yaml-tool",),
        "yaml-tool": ("asked",),
    }
    assert list(_why(made)) == ["pillow", "six", "yaml-tool"]


def test_groups_reach_what_their_packages_need() -> None:
    pypi = _Pypi(_package("app", "six"), _package("six"), _package("pytest", "six"))
    made = lock(
        [_ask("app"), _ask("pytest", group="test")], pypi=pypi, settings=_SETTINGS
    )
    assert _groups(made) == {"app": (), "pytest": ("test",), "six": ("", "test")}


def test_what_conda_provides_is_told_to_pypi() -> None:
    brings = replace(
        _package("opencv", ecosystem=_CONDA, version="4.9"),
        provides=("opencv-python",),
    )
    python = _package("python", ecosystem=_CONDA, version="3.11.7")
    pypi = _Pypi(_package("see", "opencv-python"))
    made = lock(
        [_ask("opencv", _CONDA), _ask("see")],
        conda=_Conda(python, brings),
        pypi=pypi,
        settings=replace(_SETTINGS, channels=("c",)),
    )
    assert pypi.queries[0].provided == (("opencv-python", "4.9"),)
    assert pypi.queries[0].python == "3.11.7"
    assert _why(made)["opencv"] == ("asked", "see")


def test_conda_gets_python_unless_it_is_asked_for() -> None:
    settings = replace(_SETTINGS, channels=("c",))
    conda = _Conda()
    lock([_ask("numpy", _CONDA)], conda=conda, pypi=_Pypi(), settings=settings)
    lock([_ask("python 3.9", _CONDA)], conda=conda, pypi=_Pypi(), settings=settings)
    assert conda.queries[0].specs == ("numpy", "python 3.11.*")
    assert conda.queries[1].specs == ("python 3.9",)


def test_the_need_of_pypi_is_asked_of_conda_and_no_further_than_it_helps() -> None:
    python = _package("python", ecosystem=_CONDA, version="3.11.7")
    arrays = _package("arrays", ecosystem=_CONDA, version="1.0")
    conda = _Conda(python, replace(arrays, provides=("arrays",)))
    with pytest.raises(ResolveError, match="frames"):
        lock(
            [_ask("arrays", _CONDA), _ask("frames")],
            conda=conda,
            pypi=_Stubborn(),
            settings=replace(_SETTINGS, channels=("c",)),
        )
    # The same answer twice: a third round would be the same again.
    assert [query.constraints for query in conda.queries] == [(), ("arrays ==2.0",)]


def test_only_files_of_an_allowed_hash_are_locked() -> None:
    asked = replace(_ask("app"), hashes=("00" * 32,), origin="requirements.txt:3")
    pypi = _Pypi(_package("app"))
    assert lock([asked], pypi=pypi, settings=_SETTINGS).platforms[0].packages[0].files
    with pytest.raises(FetchError, match=r"app 1\.0 .* requirements\.txt:3"):
        lock([replace(asked, hashes=("11" * 32,))], pypi=pypi, settings=_SETTINGS)


def test_conda_packages_without_a_channel_are_refused() -> None:
    with pytest.raises(UsageError, match="no channel"):
        lock([_ask("numpy", _CONDA)], pypi=_Pypi(), settings=_SETTINGS)


def test_what_was_locked_is_preferred_unless_named() -> None:
    old = lock(
        [_ask("app")], pypi=_Pypi(_package("app"), _package("six")), settings=_SETTINGS
    )
    pypi = _Pypi(_package("app"))
    upgraded = replace(_SETTINGS, upgrade_packages=frozenset({"six"}))
    lock([_ask("app")], pypi=pypi, settings=upgraded, previous=old)
    assert pypi.queries[0].preferred == (("app", "1.0"),)


def test_a_conda_package_is_named_for_an_upgrade_however_it_is_written() -> None:
    python = _package("python", version="3.11.7", ecosystem=_CONDA)
    under = _package("typing_extensions", ecosystem=_CONDA)
    channel = replace(_SETTINGS, channels=("https://a.example/c",))
    asked = [_ask("typing_extensions", _CONDA)]
    old = lock(asked, conda=_Conda(python, under), pypi=_Pypi(), settings=channel)
    conda = _Conda(python, under)
    upgraded = replace(channel, upgrade_packages=frozenset({"typing-extensions"}))
    lock(asked, conda=conda, pypi=_Pypi(), settings=upgraded, previous=old)
    assert [p.name for p in conda.queries[0].preferred] == ["python"]


def test_what_is_not_needed_cannot_be_upgraded() -> None:
    upgraded = replace(_SETTINGS, upgrade_packages=frozenset({"nosuch"}))
    with pytest.raises(UsageError, match="called nosuch"):
        lock([_ask("app")], pypi=_Pypi(_package("app")), settings=upgraded)


def test_conflicts_that_have_nothing_to_do_with_each_other_are_told_at_once() -> None:
    asked = [_ask("app"), _ask("gone"), _ask("lost")]
    with pytest.raises(ResolveError) as caught:
        lock(asked, pypi=_Without("gone", "lost"), settings=_SETTINGS)
    text = str(caught.value)
    assert "gone cannot be had" in text
    assert "lost cannot be had" in text
    assert "app" not in text
    assert "No index has gone" in caught.value.hint
    assert "No index has lost" in caught.value.hint


def test_another_python_that_works_is_proposed() -> None:
    with pytest.raises(ResolveError) as caught:
        lock([_ask("app")], pypi=_OnlyFor("3.13"), settings=_SETTINGS)
    assert "app needs Python >=3.13" in str(caught.value)
    assert caught.value.hint == "It works with Python 3.13: --python 3.13"


def test_each_platform_is_resolved_by_itself() -> None:
    pypi = _Pypi(_package("app"))
    both = replace(_SETTINGS, platforms=("win-64", "linux-64"))
    made = lock([_ask("app")], pypi=pypi, settings=both)
    assert [part.platform for part in made.platforms] == ["linux-64", "win-64"]
    assert {(q.platform, q.glibc) for q in pypi.queries} == {
        ("linux-64", "2.28"),
        ("win-64", ""),
    }


def _hashes(*settings: LockSettings, asked: Sequence[Requirement] = ()) -> set[str]:
    return {hash_inputs(asked, each) for each in settings}


def test_a_conda_package_for_one_platform_is_asked_there_alone() -> None:
    conda = _Conda(_package("python", ecosystem=_CONDA))
    only = replace(_ask("winpty", _CONDA), marker="sys_platform == 'win32'")
    settings = replace(
        _SETTINGS, platforms=("linux-64", "win-64"), channels=("conda-forge",)
    )
    lock([only, _ask("glue", _CONDA)], conda=conda, pypi=_Pypi(), settings=settings)
    assert [query.specs for query in conda.queries] == [
        ("glue", "python 3.11.*"),
        ("winpty", "glue", "python 3.11.*"),
    ]


def test_what_was_asked_for_one_platform_is_told_there_alone() -> None:
    conda = _Conda(_package("python", ecosystem=_CONDA))
    only = replace(_ask("winpty >=1", _CONDA), marker="sys_platform == 'win32'")
    settings = replace(
        _SETTINGS, platforms=("linux-64", "win-64"), channels=("conda-forge",)
    )
    asked = [only, _ask("glue", _CONDA), _ask("six ; sys_platform == 'win32'")]
    made = lock(asked, conda=conda, pypi=_Pypi(), settings=settings)
    assert "conda:winpty >=1 ; sys_platform == 'win32'" in made.requested
    # PyPI's own form has the marker in it.
    of_pypi = "pypi:six ; sys_platform == 'win32'"
    assert made.requested_on("linux-64") == ("conda:glue", of_pypi)
    assert made.requested_on("win-64") == ("conda:glue", "conda:winpty >=1", of_pypi)


def test_the_hash_of_the_inputs_sees_what_matters() -> None:
    changed = (
        replace(_SETTINGS, python="3.12"),
        replace(_SETTINGS, channels=("c", "d")),
        replace(_SETTINGS, channels=("d", "c")),
        replace(_SETTINGS, exclude_newer=_LONG_AGO),
        replace(_SETTINGS, constraints=(_ask("six"),)),
        replace(_SETTINGS, virtual_packages=("__cuda=12",)),
        replace(_SETTINGS, pip_options=("--pre",)),
        replace(_SETTINGS, find_links=("wheels",)),
    )
    assert len(_hashes(_SETTINGS, *changed)) == len(changed) + 1


def test_how_long_ago_is_a_part_of_the_inputs_and_not_the_moment_it_meant() -> None:
    later = replace(_LONG_AGO, until="2021-01-01T00:00:00+00:00")
    settings = (replace(_SETTINGS, exclude_newer=each) for each in (_LONG_AGO, later))
    assert len(_hashes(*settings)) == 1


@pytest.mark.parametrize("said", ["1 week", "2019-12-31"])
def test_a_lock_keeps_the_moment_where_it_was_said_how_long_ago(said: str) -> None:
    cutoff = replace(_LONG_AGO, said=said)
    pypi = _Pypi()
    made = lock((), pypi=pypi, settings=replace(_SETTINGS, exclude_newer=cutoff))
    assert made.cutoff == (cutoff if said == "1 week" else None)


def test_the_hash_of_the_inputs_sees_no_secret_and_no_order() -> None:
    one = replace(_SETTINGS, indexes=("https://u:one@x.example",))
    two = replace(_SETTINGS, indexes=("https://u:two@x.example",))
    assert len(_hashes(one, two)) == 1
    asked = [_ask("a"), _ask("b")]
    assert hash_inputs(asked, one) == hash_inputs(asked[::-1], one)


def test_assumed_virtual_packages_can_be_replaced_and_added() -> None:
    found = assumed_packages("linux-64", ["__glibc=2.36", "__cuda=12.4"])
    assert "__glibc=2.36=0" in found
    assert "__cuda=12.4=0" in found
    assert "__unix=0=0" in found
    assert glibc(found) == "2.36"
    assert glibc(assumed_packages("win-64", [])) == ""


def _notes_on(*specs: str) -> list[str]:
    """Lock PyPI's *specs*, one line of a file each, and give what was noted."""
    asked = []
    for line, spec in enumerate(specs, start=1):
        name = spec.partition("[")[0]
        origin = f"requirements.in:{line}"
        asked.append(
            Requirement(spec=spec, name=name, ecosystem=Ecosystem.PYPI, origin=origin)
        )
    packages = (_package(requirement.name) for requirement in asked)
    notes = Notes()
    settings = LockSettings(platforms=("linux-64", "win-64"), python="3.12")
    lock(asked, pypi=_Pypi(*packages), settings=settings, reporter=notes)
    return notes.told


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
        _ask("other"),
        replace(_ask(spec), origin="requirements.in:2"),
    ]
    with pytest.raises(FetchError) as caught:
        lock(asked, pypi=_Away(), settings=_SETTINGS)
    assert str(caught.value).splitlines()[-1] == (
        "  thing @ git+https://git.example/thing  requirements.in:2"
    )
    assert caught.value.hint == "Wait."
