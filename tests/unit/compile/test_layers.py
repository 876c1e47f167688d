from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from caddis.errors import CaddisError, FetchError, ProjectError, ResolveError
from caddis.model.requirements import Ecosystem, Requirement
from caddis.ports.compiling import CompileQuery
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PythonNeed, PythonRuledOut
from caddis.stages.compile import (
    Compiled,
    Layer,
    compile_layers,
    header,
    plan_layers,
)
from tests.support.notes import Notes


class _Compiler:
    """Pins what each source names, as it was before or else at 9.0; or gives *pins*."""

    def __init__(self, *, fails: CaddisError | None = None, pins: str = "") -> None:
        self._fails = fails
        self._pins = pins
        self.queries: list[CompileQuery] = []

    def compile(self, query: CompileQuery, *, reporter: Reporter | None = None) -> str:
        self.queries.append(query)
        if self._fails:
            raise self._fails
        if self._pins:
            return self._pins
        before = dict(line.split("==") for line in query.before.split() if "==" in line)
        names = sorted(
            name
            for source in query.sources
            for name in (query.folder / source).read_text().split()
            if not name.startswith("-") and "." not in name
        )
        return "".join(f"{name}=={before.get(name, '9.0')}\n" for name in names)

    def extras(self, pins: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
        return {name: ("socks",) for name, version in pins if version == "9.0"}


def _files(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.in").write_text(text)


def _compile(
    folder: Path,
    layers: Sequence[Layer],
    compiler: _Compiler,
    *,
    upgrade: bool = False,
    asked: Sequence[Requirement] = (),
    trusted_hosts: Sequence[str] | None = (),
    reporter: Reporter | None = None,
) -> list[Compiled]:
    return list(
        compile_layers(
            layers,
            query=CompileQuery(folder=folder, sources=()),
            upgrade=upgrade,
            compiler=compiler,
            asked=lambda sources: asked,
            trusted_hosts=trusted_hosts,
            reporter=reporter,
        )
    )


def test_layers_come_in_the_order_they_build_on_each_other(tmp_path: Path) -> None:
    _files(tmp_path, docs="-r test.in\n", test="-c base.txt\npytest\n", base="rich\n")
    layers = plan_layers(tmp_path, ["docs.in", "test.in", "base.in"])
    assert [layer.output for layer in layers] == ["base.txt", "test.txt", "docs.txt"]


def test_a_source_that_wants_prereleases_gets_them(tmp_path: Path) -> None:
    (tmp_path / "new.in").write_text("--pre  # we test them\ntool\n")
    (tmp_path / "old.in").write_text("tool\n# --pre\n")
    (new,) = plan_layers(tmp_path, ["new.in"])
    (old,) = plan_layers(tmp_path, ["old.in"])
    assert new.prereleases
    assert not old.prereleases


def test_a_circle_of_layers_is_named(tmp_path: Path) -> None:
    _files(tmp_path, one="-r two.in\n", two="-c one.txt\n")
    with pytest.raises(ProjectError, match=r"circle.*one\.txt"):
        plan_layers(tmp_path, ["one.in", "two.in"])


def test_an_output_takes_all_sources(tmp_path: Path) -> None:
    _files(tmp_path, one="a\n", two="b\n")
    (layer,) = plan_layers(tmp_path, ["one.in", "two.in"], "all.txt")
    assert layer.sources == ("one.in", "two.in")


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no gone\.in"):
        plan_layers(tmp_path, ["gone.in"])


def test_an_upper_layer_stays_with_what_the_lower_one_chose(tmp_path: Path) -> None:
    _files(tmp_path, base="rich\n", test="-r base.in\nrich\n")
    (tmp_path / "base.txt").write_text("rich==13.0\n")
    (tmp_path / "test.txt").write_text("rich==12.0\n")
    layers = plan_layers(tmp_path, ["test.in", "base.in"])
    _, upper = _compile(tmp_path, layers, _Compiler())
    assert upper.text == "rich==13.0\n"


def test_without_writing_an_upper_layer_sees_what_the_lower_one_comes_to(
    tmp_path: Path,
) -> None:
    _files(tmp_path, base="six\n", dev="-r base.txt\n-c gone.txt\nidna\n")
    compiler = _Compiler()
    layers = plan_layers(tmp_path, ["dev.in", "base.in"])
    _compile(tmp_path, layers, compiler)
    read = [query.sources for query in compiler.queries]
    assert read[0] == ("base.in",)
    assert Path(*read[1]).parent != tmp_path


def test_pins_stay_until_they_are_upgraded(tmp_path: Path) -> None:
    _files(tmp_path, base="rich\n")
    (tmp_path / "base.txt").write_text(header("make it", "3.11") + "rich==13.0\n")
    layers = plan_layers(tmp_path, ["base.in"])
    (kept,) = _compile(tmp_path, layers, _Compiler())
    assert not kept.changed
    (moved,) = _compile(tmp_path, layers, _Compiler(), upgrade=True)
    assert moved == Compiled(output="base.txt", text="rich==9.0\n", changed=True)


@pytest.mark.parametrize("kind", [ResolveError, FetchError])
def test_a_failure_says_where_the_requirements_stand(
    tmp_path: Path, kind: type[CaddisError]
) -> None:
    _files(tmp_path, base="rich\n")
    asked = [
        Requirement(
            spec=f"{name}>=99",
            name=name,
            ecosystem=Ecosystem.PYPI,
            origin=f"base.in:{line}",
        )
        for line, name in ((1, "rich"), (2, "other"))
    ]
    compiler = _Compiler(fails=kind("Because only rich<=15 is available …"))
    layers = plan_layers(tmp_path, ["base.in"])
    with pytest.raises(kind) as caught:
        _compile(tmp_path, layers, compiler, asked=asked)
    assert "rich>=99  base.in:1" in str(caught.value)
    assert "other" not in str(caught.value)


def test_a_source_that_cannot_be_read_is_told_as_caddis_reads_it(
    tmp_path: Path,
) -> None:
    # uv printed the same mistake twice, and no line.
    _files(tmp_path, base="rich\n")

    def read_again(sources: Sequence[str]) -> Sequence[Requirement]:
        raise ProjectError("base.in:1: this is not TOML")

    with pytest.raises(ProjectError, match=r"base\.in:1"):
        list(
            compile_layers(
                plan_layers(tmp_path, ["base.in"]),
                query=CompileQuery(folder=tmp_path, sources=()),
                upgrade=False,
                compiler=_Compiler(fails=ProjectError("TOML parse error")),
                asked=read_again,
            )
        )


@pytest.mark.parametrize(
    ("asked", "told"), [(None, True), (True, True), (False, False)]
)
def test_an_index_that_a_source_names_is_named_in_the_result(
    tmp_path: Path, asked: bool | None, told: bool
) -> None:
    # Who installs from the result would else take a stranger's package from PyPI.
    _files(tmp_path, requirements="-i https://packages.example/simple\n")
    compiler = _Compiler()
    query = CompileQuery(folder=tmp_path, sources=(), emit_index=asked)
    layers = plan_layers(tmp_path, ["requirements.in"])
    list(
        compile_layers(
            layers,
            query=query,
            upgrade=False,
            compiler=compiler,
            asked=lambda sources: (),
        )
    )
    assert compiler.queries[0].emit_index is told


def _asks(spec: str) -> Requirement:
    name = spec.partition("[")[0]
    origin = "base.in:1"
    return Requirement(spec=spec, name=name, ecosystem=Ecosystem.PYPI, origin=origin)


def test_extras_that_are_not_there_are_told(tmp_path: Path) -> None:
    _files(tmp_path, base="requests[sokcs]\n", test="-r base.in\n")
    notes = Notes()
    (layer,) = plan_layers(tmp_path, ["base.in"])
    asked = [_asks("requests[sokcs]")]
    compiler = _Compiler(pins="requests==9.0\n")
    _compile(tmp_path, [layer], compiler, asked=asked, reporter=notes)
    assert notes.told == [
        "requests has no extra 'sokcs' (base.in:1): it has socks; is socks meant?"
    ]
    assert plan_layers(tmp_path, ["test.in"])[0].extras is None


def test_only_the_sources_of_a_layer_are_read_for_its_extras(tmp_path: Path) -> None:
    # What the next one names was not there yet, and stopped the compile.
    _files(tmp_path, base="rich\n", test="-r base.in\n", docs="-c test.txt\n")
    read: list[str] = []

    def asked(sources: Sequence[str]) -> Sequence[Requirement]:
        read.extend(sources)
        return ()

    query = CompileQuery(folder=tmp_path, sources=())
    layers = plan_layers(tmp_path, ["docs.in", "test.in", "base.in"])
    compiler = _Compiler()
    for one in compile_layers(
        layers, query=query, upgrade=False, compiler=compiler, asked=asked
    ):
        (tmp_path / one.output).write_text(one.text)
    assert read == ["test.in"]


def test_nobody_looks_for_extras_where_none_is_asked_for(tmp_path: Path) -> None:
    _files(tmp_path, base="requests  # not requests[socks]\n")
    (layer,) = plan_layers(tmp_path, ["base.in"])
    assert layer.extras == frozenset()


def test_extras_that_are_there_need_no_reading_of_the_sources(tmp_path: Path) -> None:
    _files(tmp_path, base="Requests [SOCKS]>=2  # or not\n")
    (layer,) = plan_layers(tmp_path, ["base.in"])
    assert layer.extras == {("requests", "socks")}
    compiler = _Compiler(pins="requests==9.0\n")

    def asked(sources: Sequence[str]) -> Sequence[Requirement]:
        raise AssertionError(sources)

    query = CompileQuery(folder=tmp_path, sources=())
    (made,) = compile_layers(
        [layer], query=query, upgrade=False, compiler=compiler, asked=asked
    )
    assert made.text == "requests==9.0\n"


@pytest.mark.parametrize("line", ["-e .[dev]", "./kit[all]", "kit[a] @ ./k[b]"])
def test_extras_of_what_has_no_name_take_a_full_reading(
    tmp_path: Path, line: str
) -> None:
    _files(tmp_path, base=f"{line}\n")
    assert plan_layers(tmp_path, ["base.in"])[0].extras is None


@pytest.mark.parametrize(
    ("hint", "told"),
    [("", "Loosen one of these requirements."), ("Name an index.", "Name an index.")],
)
def test_the_advice_of_the_engine_goes_before_our_own(
    tmp_path: Path, hint: str, told: str
) -> None:
    _files(tmp_path, base="rich\n")
    layers = plan_layers(tmp_path, ["base.in"])
    with pytest.raises(ResolveError) as caught:
        _compile(tmp_path, layers, _Compiler(fails=ResolveError("no", hint=hint)))
    assert caught.value.hint == told


def test_only_requirements_files_name_others(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n-r other.in\n--pre\n")
    (layer,) = plan_layers(tmp_path, ["pyproject.toml"])
    assert layer.builds_on == ()
    assert not layer.prereleases


def test_where_the_python_is_ruled_out_another_is_advised(tmp_path: Path) -> None:
    _files(tmp_path, base="tight\n")
    layers = plan_layers(tmp_path, ["base.in"])
    need = PythonNeed(spec="<3.13", by="tight")
    compiler = _Compiler(
        fails=PythonRuledOut("tight requires Python <3.13", needs=(need,))
    )
    with pytest.raises(ResolveError) as caught:
        _compile(tmp_path, layers, compiler)
    assert "--python-version" in caught.value.hint


def test_trusted_hosts_are_named_as_pip_needs_them(tmp_path: Path) -> None:
    _files(tmp_path, base="--trusted-host in.example  # ours\nrich\n")
    (layer,) = plan_layers(tmp_path, ["base.in"])
    compiler = _Compiler(pins="rich==9.0\n")
    hosts = ["cli.example"]
    (with_hosts,) = _compile(tmp_path, [layer], compiler, trusted_hosts=hosts)
    assert with_hosts.text == (
        "--trusted-host cli.example\n--trusted-host in.example\n\nrich==9.0\n"
    )
    (without,) = _compile(tmp_path, [layer], compiler, trusted_hosts=None)
    assert without.text == "rich==9.0\n"


def test_what_was_compiled_stays_whatever_options_it_names(tmp_path: Path) -> None:
    # A relative place would be looked for from where uv reads what it is to stay with.
    _files(tmp_path, base="rich\n")
    (tmp_path / "base.txt").write_text("--find-links wheels\n\nrich==13.0\n")
    compiler = _Compiler()
    _compile(tmp_path, plan_layers(tmp_path, ["base.in"]), compiler)
    assert compiler.queries[0].before == "\nrich==13.0\n"


def test_a_missing_file_of_limits_is_named(tmp_path: Path) -> None:
    _files(tmp_path, base="rich\n")
    query = CompileQuery(folder=tmp_path, sources=(), constraints=("gone.txt",))
    layers = plan_layers(tmp_path, ["base.in"])
    with pytest.raises(ProjectError, match=r"no file gone\.txt"):
        list(
            compile_layers(
                layers, query=query, upgrade=False, compiler=_Compiler(), asked=tuple
            )
        )
