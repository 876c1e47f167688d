"""Where imports and declaration disagree."""

from __future__ import annotations

from dataclasses import replace

from caddis.model.findings import Finding
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.stages.scan import compare, helpers, missing, stand_ins


def needed(
    name: str, kind: ImportKind = ImportKind.REQUIRED, path: str = "m.py"
) -> Requirement:
    found = Import(module=name, kind=kind, path=path, line=3)
    return Requirement(
        spec=name, name=name, ecosystem=Ecosystem.PYPI, kind=kind, imports=(found,)
    )


def declared(name: str, group: str = "", file: str = "pyproject.toml") -> Requirement:
    return Requirement(
        spec=name,
        name=name,
        ecosystem=Ecosystem.PYPI,
        origin=f"{file}:7",
        group=group,
    )


def all_of(*items: Requirement) -> Requirements:
    at_run_time = ImportKind.REQUIRED
    return Requirements(
        requirements=tuple(r for r in items if r.kind is at_run_time),
        optional=tuple(r for r in items if r.kind is not at_run_time),
    )


def rules(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, int]]:
    return [(f.rule, f.name, f.path, f.line) for f in findings]


def test_what_is_imported_and_not_declared_is_missing() -> None:
    found = compare(all_of(needed("a"), needed("b")), [declared("b")])
    assert rules(found) == [("missing", "a", "m.py", 3)]


def test_what_only_comes_along_is_transitive() -> None:
    found = compare(all_of(needed("a")), [], transitive={"a"})
    assert rules(found) == [("transitive", "a", "m.py", 3)]
    assert str(found[0]) == (
        "m.py:3: transitive: a only comes along with another package"
    )


def test_what_is_declared_and_not_imported_is_unused() -> None:
    found = compare(all_of(), [declared("a"), declared("pip"), declared("ruff", "dev")])
    assert rules(found) == [("unused", "a", "pyproject.toml", 7)]


def test_what_stands_in_for_a_module_of_another_python_is_used() -> None:
    names = ["nntplib", "standard-telnetlib", "audioop-lts", "legacy-cgi", "tzdata"]
    names.append("windows-curses")
    asked = [declared(name) for name in names]
    imported = ["nntplib", "telnetlib", "audioop", "cgi", "zoneinfo", "curses"]
    assert compare(all_of(), asked, used=set(stand_ins(imported))) == ()
    assert len(compare(all_of(), asked, used=set(stand_ins(["os"])))) == len(names)


def test_tools_of_an_environment_beside_the_needs_of_the_project_are_run() -> None:
    tested = all_of(needed("a"), needed("b", ImportKind.TEST, "tests/test_m.py"))
    of_conda = replace(declared("b"), ecosystem=Ecosystem.CONDA)
    for tool in (declared("b", file="environment.yml"), of_conda):
        assert rules(compare(all_of(), [tool])) == [
            ("unused", "b", tool.origin.rpartition(":")[0], 7)
        ]
        assert compare(tested, [declared("a"), tool]) == ()


def test_packages_of_types_are_for_checkers() -> None:
    assert compare(all_of(), [declared("types-cffi"), declared("pandas-stubs")]) == ()


def test_what_needed_packages_load_by_themselves_is_used() -> None:
    assert {"s3fs", "gcsfs"} <= set(helpers({"fsspec"}))
    assert {"psycopg2-binary", "pymysql", "greenlet"} <= set(helpers({"sqlalchemy"}))
    # Calls of pandas tell which of these they need.
    assert not {"openpyxl", "matplotlib", "requests"} & set(helpers({"pandas"}))
    assert not list(helpers({"numpy"}))


def test_what_only_tests_use_is_misplaced_among_run_time_dependencies() -> None:
    tested = all_of(needed("pytest", ImportKind.TEST, "tests/test_m.py"))
    assert rules(compare(tested, [declared("pytest")])) == [
        ("misplaced", "pytest", "pyproject.toml", 7)
    ]
    assert compare(tested, [declared("pytest", "test")]) == ()
    # An environment.yml has no groups.
    assert compare(tested, [declared("pytest", file="environment.yml")]) == ()


def test_a_finding_stands_where_the_need_is_firm() -> None:
    used = needed("a")
    tested = needed("a", ImportKind.TEST, "a_test.py").imports
    both = replace(used, imports=(*tested, *used.imports))
    assert rules(compare(all_of(both), [])) == [("missing", "a", "m.py", 3)]


def test_what_run_time_needs_is_misplaced_in_a_group() -> None:
    found = compare(all_of(needed("a")), [declared("a", "test")])
    assert rules(found) == [("misplaced", "a", "m.py", 3)]
    assert compare(all_of(needed("a")), [declared("a", "test"), declared("a")]) == ()


def test_what_runs_later_may_be_declared_in_any_group() -> None:
    # An extra, a backend, a helper for debugging: whoever calls it has asked for it.
    later = needed("a", ImportKind.DEFERRED)
    wanted = Requirements(requirements=(later,), optional=())
    assert compare(wanted, [declared("a", "dev")]) == ()
    assert rules(compare(wanted, [])) == [("missing", "a", "m.py", 3)]


def test_what_programs_beside_the_work_use_may_be_declared_anywhere() -> None:
    for path in ("scripts/a.py", "plotly_examples/b/c.py", "x.tar.gz!tools/a.py"):
        used = all_of(needed("a", path=path))
        assert compare(used, [declared("a", "dev")]) == ()
        assert compare(used, [declared("a")]) == ()
        assert rules(compare(used, [])) == [("missing", "a", path, 3)]
    guarded = needed("a", ImportKind.OPTIONAL).imports
    shown = needed("a", path="examples/a.py")
    both = replace(shown, imports=(*shown.imports, *guarded))
    assert compare(all_of(both), [declared("a", "docs")]) == ()
    at_work = needed("a", path="app/m.py").imports
    loaded = replace(shown, imports=(*shown.imports, *at_work))
    found = compare(all_of(loaded), [declared("a", "docs")])
    assert rules(found) == [("misplaced", "a", "app/m.py", 3)]
    inside = all_of(needed("a", path="app/scripts/a.py"))
    assert len(compare(inside, [declared("a", "dev")])) == 1


def test_what_builds_the_project_may_be_declared_for_run_time() -> None:
    builds = all_of(needed("setuptools", ImportKind.TEST, "setup.py"))
    assert compare(builds, [declared("setuptools")]) == ()


def test_what_is_cimported_may_be_declared_for_run_time() -> None:
    built = needed("a", ImportKind.TEST, "p/m.pyx")
    imports = tuple(replace(each, group="build") for each in built.imports)
    found = Requirements(requirements=(), optional=(replace(built, imports=imports),))
    assert compare(found, [declared("a")]) == ()


def test_what_is_weighed_down_is_not_needed_at_the_start() -> None:
    weighed = replace(needed("a"), kind=ImportKind.DEFERRED)
    assert compare(all_of(), [declared("a", "x")]) == ()
    found = Requirements(requirements=(weighed,), optional=())
    assert compare(found, [declared("a", "x")]) == ()


def test_an_optional_package_needs_no_declaration() -> None:
    assert missing(all_of(needed("a", ImportKind.OPTIONAL)), []) == ()


def test_a_file_may_declare_for_itself() -> None:
    script = needed("a", path="n.ipynb#cell-2")
    assert compare(all_of(script), [], inline={("n.ipynb", "a")}) == ()
    assert len(compare(all_of(script), [], inline={("other.py", "a")})) == 1


def test_ignored_packages_are_not_told_of() -> None:
    assert compare(all_of(needed("a")), [declared("b")], ignored={"a", "b"}) == ()
