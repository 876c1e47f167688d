"""Modules that stand beside the work of a package are not needed at its start."""

from dataclasses import replace
from typing import Any

import pytest

from caddis.model.imports import Import, ImportKind
from caddis.stages.requirements.weigh import weigh
from tests.unit.names.fakes import imported

REQUIRED, DEFERRED = ImportKind.REQUIRED, ImportKind.DEFERRED
ROOT = imported(".work", kind=ImportKind.RELATIVE)
ROOT = replace(ROOT, path="pkg/__init__.py")
WORK = replace(imported("click"), path="pkg/work.py")


def third(path: str, module: str = "rich", **changes: Any) -> Import:
    return replace(imported(module), path=path, **changes)


def own(path: str, module: str, **changes: Any) -> Import:
    found = imported(module, kind=ImportKind.RELATIVE)
    return replace(found, path=path, **changes)


def kind_of(path: str, *imports: Import) -> ImportKind:
    (found,) = (
        item
        for item in weigh((*imports, WORK))
        if item.path == path and item.module in {"rich", "pytest"}
    )
    return found.kind


@pytest.mark.parametrize(
    "path",
    [
        "pkg/contrib/a.py",
        "pkg/sub/_build/a.py",
        "pkg/benchmarks/deep/a.py",
        "pkg/sphinxext/__init__.py",
    ],
)
def test_a_part_that_is_named_an_extra_waits(path: str) -> None:
    # flask_admin/contrib, statsmodels/_build, jsonschema/benchmarks, bokeh/sphinxext
    assert kind_of(path, ROOT, third(path)) is DEFERRED


def test_modules_of_such_a_part_may_load_each_other() -> None:
    path = "pkg/contrib/shop/form.py"
    load = own("pkg/contrib/shop/view.py", ".form")
    assert kind_of(path, ROOT, load, third(path)) is DEFERRED


def test_what_the_work_loads_of_such_a_part_is_needed_with_all_that_it_loads() -> None:
    imports = [
        ROOT,
        own("pkg/work.py", ".contrib.shop"),
        own("pkg/contrib/shop.py", ".form"),
        third("pkg/contrib/form.py"),
    ]
    assert kind_of("pkg/contrib/form.py", *imports) is REQUIRED


def test_a_package_is_loaded_with_each_of_its_modules() -> None:
    imports = [
        ROOT,
        own("pkg/work.py", ".contrib.shop"),
        own("pkg/contrib/shop.py", ".."),
        third("pkg/contrib/__init__.py"),
    ]
    assert kind_of("pkg/contrib/__init__.py", *imports) is REQUIRED


@pytest.mark.parametrize("path", ["examples/a.py", "build/env.py", "study/demo/a.py"])
def test_folders_that_are_no_package_hold_scripts(path: str) -> None:
    assert kind_of(path, ROOT, third(path)) is REQUIRED


def test_a_package_may_itself_be_called_like_an_extra() -> None:
    root = own("sphinx/__init__.py", ".errors")
    assert kind_of("sphinx/io.py", root, third("sphinx/io.py")) is REQUIRED


def test_the_scanned_folder_may_be_the_package_around_such_a_part() -> None:
    root = own("__init__.py", ".work")
    assert kind_of("contrib/a.py", root, third("contrib/a.py")) is DEFERRED


def test_a_module_that_pytest_or_setuptools_runs_waits_with_all_its_imports() -> None:
    # nilearn/_utils/estimator_checks.py, sunpy/io/setup_package.py
    tool = third("pkg/checks.py", "pytest")
    assert kind_of("pkg/checks.py", tool) is DEFERRED
    both = [tool, third("pkg/checks.py", "polars")]
    assert {found.kind for found in weigh([WORK, *both])} == {DEFERRED, REQUIRED}
    load = own("pkg/__init__.py", ".checks")
    assert kind_of("pkg/checks.py", load, tool) is REQUIRED


def test_a_package_named_after_another_works_on_that() -> None:
    # dateparser_scripts beside dateparser
    script = third("pkg_scripts/data/write.py")
    assert kind_of("pkg_scripts/data/write.py", ROOT, script) is DEFERRED
    load = own("pkg/work.py", "pkg_scripts.data.write")
    load = replace(load, kind=ImportKind.FIRST_PARTY)
    assert kind_of("pkg_scripts/data/write.py", ROOT, load, script) is REQUIRED


def test_a_package_named_after_none_keeps_its_needs() -> None:
    script = third("other_scripts/write.py")
    assert kind_of("other_scripts/write.py", ROOT, script) is REQUIRED
    front = third("pkg_cli/start.py")
    assert kind_of("pkg_cli/start.py", ROOT, front) is REQUIRED


def test_a_package_without_other_needs_is_made_for_what_it_plugs_into() -> None:
    # pytest_mpl/plugin.py, flake8/plugins/pyflakes.py
    (found,) = weigh([third("pkg/plugin.py", "pytest")])
    assert found.kind is REQUIRED
    (found,) = weigh([third("pkg/plugins/rich.py")])
    assert found.kind is REQUIRED


def test_a_part_that_is_named_an_extra_waits_also_where_nothing_else_is_needed() -> (
    None
):
    # faker/contrib/pytest/plugin.py
    (plugin,) = weigh([ROOT, third("pkg/contrib/pytest/plugin.py", "pytest")])
    assert plugin.kind is DEFERRED


def guarded(path: str) -> Import:
    return third(path, kind=ImportKind.OPTIONAL, standing=ImportKind.OPTIONAL)


def test_a_guard_elsewhere_speaks_against_a_module_that_the_start_does_not_reach() -> (
    None
):
    # uvicorn/protocols/websockets, tweepy/asynchronous
    imports = [ROOT, guarded("pkg/auto.py"), third("pkg/side.py")]
    assert kind_of("pkg/side.py", *imports) is DEFERRED


def test_a_module_that_the_start_reaches_needs_what_others_guard() -> None:
    imports = [ROOT, guarded("pkg/auto.py"), third("pkg/work.py")]
    assert kind_of("pkg/work.py", *imports) is REQUIRED


def test_scripts_need_what_others_guard() -> None:
    imports = [guarded("tools/auto.py"), third("tools/run.py")]
    assert kind_of("tools/run.py", *imports) is REQUIRED


def test_one_guard_says_nothing_where_many_import_at_the_start() -> None:
    # statsmodels guards numpy in one of three hundred modules.
    many = [third(f"pkg/m{number}.py") for number in range(4)]
    imports = [ROOT, guarded("pkg/auto.py"), *many]
    assert kind_of("pkg/m1.py", *imports) is REQUIRED


def test_what_an_old_version_needs_stays_needed_there() -> None:
    marker = 'python_version < "3.11"'
    backport = third("pkg/side.py", kind=ImportKind.CONDITIONAL, marker=marker)
    imports = [ROOT, guarded("pkg/auto.py"), backport]
    assert kind_of("pkg/side.py", *imports) is ImportKind.CONDITIONAL


def test_loads_by_tests_say_nothing_of_the_start() -> None:
    by_test = own("pkg/tests/test_extra.py", "..extra", group="test")
    later = own("pkg/__init__.py", ".extra", standing=DEFERRED)
    extra = third("pkg/extra.py")
    assert kind_of("pkg/extra.py", later, by_test, extra) is DEFERRED
