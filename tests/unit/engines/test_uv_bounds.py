"""Upper bounds of Requires-Python, which uv ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from caddis.adapters.uv.bounds import rules_out, within_bounds
from caddis.adapters.uv.known import KnownMetadata, Metadata, cache_of
from caddis.errors import EngineError, ResolveError
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PythonNeed, PythonRuledOut, Releases
from tests.support.notes import Notes

_Pins = Mapping[str, str]


def _text(text: str) -> bytes:
    return bytes((0xD9, len(text))) + text.encode()


def _list(items: Iterable[str]) -> bytes:
    found = tuple(items)
    return b"\xdc" + len(found).to_bytes(2, "big") + b"".join(map(_text, found))


def _keep(
    place: Path, name: str, version: str, python: str = "", extras: Iterable[str] = ()
) -> None:
    """Write what uv keeps of a distribution, into one file."""
    wanted = _text(python) if python else b"\xc0"
    needs = _list(["numpy>=1"] * 20)
    head = b"\x96" + _text(name) + _text(version) + needs + wanted + _list(extras)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(head + b"\xc2" + b"\0" * 40)


def _wheel(cache: Path, name: str, version: str, python: str = "") -> None:
    file = f"{version}-py3-none-any.msgpack"
    _keep(cache / "wheels-v7" / "pypi" / name / file, name, version, python)


class _Versions:
    """Takes the newest version that no limit refuses, as a resolver does."""

    def __init__(self, *versions: str, fails: type[Exception] = ResolveError) -> None:
        self._versions = versions
        self._fails = fails
        self.asked = 0

    def __call__(self, limits: tuple[str, ...]) -> _Pins:
        self.asked += 1
        refused = {limit.removeprefix("!=") for text in limits for limit in _cut(text)}
        left = [version for version in self._versions if version not in refused]
        if not left:
            raise self._fails("no version is left")
        return {"tight": left[0]}


def _cut(limit: str) -> list[str]:
    return limit.removeprefix("tight").split(",")


class _Page:
    """An index page that says for which Pythons the versions are."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._told = told

    def requires_python(self, name: str) -> Mapping[str, str]:
        return self._told if name == "tight" else {}


def _choose(
    choose: _Versions,
    cache: Path,
    releases: Callable[[], Releases] | None = None,
    reporter: Reporter | None = None,
) -> _Pins:
    return within_bounds(
        choose,
        lambda pins: pins.items(),
        python="3.13",
        known=KnownMetadata(cache),
        releases=releases,
        reporter=reporter,
    )


@pytest.mark.parametrize(
    ("wanted", "python"),
    [
        ("<3.13", "3.13"),
        (">=3.8, <3.13", "3.13.2"),
        (">=3.8,<=3.12", "3.13"),
        ("==3.12.*", "3.13"),
        ("~=3.12.0", "3.13"),
        ("<3", "3.13"),
        (">=3.8,!=3.13.*", "3.13"),
        ("!=3.13.1", "3.13.1"),
    ],
)
def test_a_bound_rules_a_python_out(wanted: str, python: str) -> None:
    assert rules_out(wanted, python)


@pytest.mark.parametrize(
    ("wanted", "python"),
    [
        ("", "3.13"),
        (">=3.8", "3.13"),
        (">=3.8,<4.0", "3.13"),
        (">=2.7,!=3.0.*,!=3.1.*,<4", "3.13"),
        ("<3.14", "3.13"),
        ("<4", "3.13"),
        (">=3.8,<3.100", "3.13.1"),
        ("~=3.8", "3.13"),
        # Some patch of 3.13 will do, and nobody said which it is to be.
        ("!=3.13.1", "3.13"),
        ("<3.13.2", "3.13"),
        ("nonsense <3", "3.13"),
    ],
)
def test_other_bounds_leave_a_python_be(wanted: str, python: str) -> None:
    assert not rules_out(wanted, python)


def test_versions_that_rule_the_python_out_are_passed_over(tmp_path: Path) -> None:
    _wheel(tmp_path, "tight", "3.0", "<3.13")
    _wheel(tmp_path, "tight", "2.0", "<3.12")
    _wheel(tmp_path, "tight", "1.0", ">=3.8")
    assert _choose(_Versions("3.0", "2.0", "1.0"), tmp_path) == {"tight": "1.0"}


def test_what_was_passed_over_is_told_with_its_reason(tmp_path: Path) -> None:
    _wheel(tmp_path, "tight", "3.0", ">=3.8,<3.13")
    _wheel(tmp_path, "tight", "2.0", "<3.12")
    notes = Notes()
    _choose(_Versions("3.0", "2.0", "1.0"), tmp_path, reporter=notes)
    assert notes.told == [
        "tight 1.0 is taken and not 3.0, which asks for Python >=3.8,<3.13, and this is"
        " for 3.13"
    ]


def test_where_nothing_was_passed_over_nothing_is_told(tmp_path: Path) -> None:
    notes = Notes()
    _choose(_Versions("3.0"), tmp_path, reporter=notes)
    assert notes.told == []


def test_an_index_page_spares_asking_for_each_version(tmp_path: Path) -> None:
    _wheel(tmp_path, "tight", "3.0", "<3.13")
    choose = _Versions("3.0", "2.5", "2.0", "1.0")
    page = _Page({"3.0": "<3.13", "2.5": "<3.13", "2.0": "<3.12", "1.0": ">=3.8"})
    assert _choose(choose, tmp_path, lambda: page) == {"tight": "1.0"}
    assert choose.asked == 2


@pytest.mark.parametrize("fails", [ResolveError, EngineError])
def test_where_no_version_is_left_the_need_is_told(
    tmp_path: Path, fails: type[Exception]
) -> None:
    # An old version that cannot be built any more is no way out either.
    _wheel(tmp_path, "tight", "3.0", ">=3.8, <3.13")
    with pytest.raises(PythonRuledOut, match="tight requires Python") as caught:
        _choose(_Versions("3.0", fails=fails), tmp_path)
    assert caught.value.needs == (PythonNeed(spec=">=3.8,<3.13", by="tight"),)


def test_what_fails_without_any_bound_fails_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no version is left"):
        _choose(_Versions(fails=EngineError), tmp_path)


def test_what_is_not_known_rules_nothing_out(tmp_path: Path) -> None:
    assert _choose(_Versions("3.0"), tmp_path) == {"tight": "3.0"}
    (tmp_path / "wheels-v7" / "pypi" / "tight").mkdir(parents=True)
    kept = tmp_path / "wheels-v7" / "pypi" / "tight" / "3.0-py3-none-any.msgpack"
    for garbage in (b"", b"\x96", b"\xff" * 9, b"\x96\xd9\x05tight\xd9\x033.0"):
        kept.write_bytes(garbage)
        assert _choose(_Versions("3.0"), tmp_path) == {"tight": "3.0"}


def test_metadata_of_sources_and_of_private_indexes_is_known(tmp_path: Path) -> None:
    source = tmp_path / "sdists-v10/pypi/built/1.0/abc/metadata.msgpack"
    _keep(source, "built", "1.0", "<3.9")
    private = tmp_path / "wheels-v7/index/0a1b/inner/1.0-py3-none-any.msgpack"
    _keep(private, "inner", "1.0", extras=("fast",))
    known = KnownMetadata(tmp_path)
    assert known.of("built", "1.0") == Metadata(requires_python="<3.9")
    assert known.of("inner", "1.0") == Metadata(extras=("fast",))
    assert known.of("inner", "1.0.1") is None
    assert KnownMetadata(None).of("inner", "1.0") is None


def test_the_usual_cache_of_uv_is_found(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    assert cache_of({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "uv"
    assert cache_of({"UV_CACHE_DIR": "/elsewhere"}) == Path("/elsewhere")
    assert cache_of({"XDG_CACHE_HOME": str(tmp_path / "uv")}) is None
