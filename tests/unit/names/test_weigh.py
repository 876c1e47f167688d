import pytest

from caddis.adapters.forks import Forks
from caddis.model.imports import Import, ImportKind
from caddis.stages.requirements.weigh import weigh

GUARDED = ImportKind.OPTIONAL
IN_FUNCTION = ImportKind.DEFERRED


def own(
    path: str,
    module: str,
    *names: str,
    standing: ImportKind = ImportKind.REQUIRED,
) -> Import:
    kind = ImportKind.RELATIVE if module.startswith(".") else ImportKind.FIRST_PARTY
    return Import(
        module=module, names=names, kind=kind, path=path, line=1, standing=standing
    )


def foreign(path: str, kind: ImportKind = ImportKind.REQUIRED) -> Import:
    return Import(module="rich", kind=kind, path=path, line=2)


def kind_of_foreign(*imports: Import) -> ImportKind:
    work = Import(module="click", kind=ImportKind.REQUIRED, path="pkg/work.py", line=1)
    (found,) = (item for item in weigh((*imports, work)) if item.module == "rich")
    return found.kind


def test_a_module_loaded_in_a_try_block_is_not_needed_at_the_start() -> None:
    # httpx/__init__.py guards `from ._main import main`; click and rich are an extra.
    guarded = own("httpx/__init__.py", "._main", "main", standing=GUARDED)
    assert kind_of_foreign(guarded, foreign("httpx/_main.py")) is ImportKind.DEFERRED


@pytest.mark.parametrize(
    "load",
    [
        own("pkg/__init__.py", ".extra"),
        own("pkg/__init__.py", ".", "extra"),
        own("pkg/sub/part.py", "..extra", "thing"),
        own("pkg/other.py", "pkg.extra"),
        own("pkg/other.py", "pkg", "extra"),
    ],
)
def test_a_module_loaded_at_the_start_is_needed(load: Import) -> None:
    assert kind_of_foreign(load, foreign("pkg/extra.py")) is ImportKind.REQUIRED


def test_an_archive_is_weighed_as_the_folder_that_it_holds() -> None:
    guarded = own("x.tar.gz!pkg/__init__.py", ".extra", standing=GUARDED)
    extra = foreign("x.tar.gz!pkg/extra.py")
    assert kind_of_foreign(guarded, extra) is ImportKind.DEFERRED


def test_one_load_at_the_start_is_enough() -> None:
    imports = [
        own("pkg/a.py", "pkg.extra", standing=GUARDED),
        own("pkg/b.py", "pkg.extra"),
        foreign("pkg/extra.py"),
    ]
    assert kind_of_foreign(*imports) is ImportKind.REQUIRED


def test_what_a_later_module_loads_comes_later_too() -> None:
    imports = [
        own("pkg/__init__.py", ".extra", standing=GUARDED),
        own("pkg/extra.py", ".helper"),
        foreign("pkg/helper.py"),
    ]
    assert kind_of_foreign(*imports) is ImportKind.DEFERRED


def test_modules_that_nobody_loads_stay_as_they_are() -> None:
    # Scripts and plug-ins are loaded by name.
    assert kind_of_foreign(foreign("pkg/plugin.py")) is ImportKind.REQUIRED


def test_functions_of_a_command_line_are_run_at_once() -> None:
    # mkdocs/__main__.py loads each command in the function that runs it.
    load = own("mkdocs/__main__.py", "mkdocs.commands", "build", standing=IN_FUNCTION)
    needed = kind_of_foreign(load, foreign("mkdocs/commands/build.py"))
    assert needed is ImportKind.REQUIRED


def test_a_command_line_may_do_without_what_it_guards() -> None:
    load = own("pkg/__main__.py", "pkg.pretty", standing=GUARDED)
    assert kind_of_foreign(load, foreign("pkg/pretty.py")) is ImportKind.DEFERRED


def test_the_scanned_folder_may_be_the_package_itself() -> None:
    load = own("__init__.py", "httpx._main", standing=GUARDED)
    assert kind_of_foreign(load, foreign("_main.py")) is ImportKind.DEFERRED


def test_in_a_scanned_package_a_dotted_name_means_one_module() -> None:
    # flask_admin/form is not flask_admin/contrib/peewee/form.py.
    loads = [
        own("__init__.py", "httpx.form"),
        own("form.py", "."),
        own("other.py", "httpx.more.form", standing=GUARDED),
    ]
    needed = kind_of_foreign(*loads, foreign("more/form.py"))
    assert needed is ImportKind.DEFERRED


def test_a_module_of_a_scanned_package_may_be_a_plug() -> None:
    root = own("__init__.py", "httpx.work")
    assert kind_of_foreign(root, foreign("rich.py")) is ImportKind.DEFERRED


def test_weaker_kinds_are_not_made_stronger() -> None:
    load = own("pkg/__init__.py", ".extra", standing=GUARDED)
    optional = foreign("pkg/extra.py", ImportKind.OPTIONAL)
    assert kind_of_foreign(load, optional) is ImportKind.OPTIONAL


def test_what_type_checkers_load_says_nothing() -> None:
    # scrapy names robotstxt for type checkers and loads it by a string.
    load = own("pkg/a.py", "pkg.robotstxt", standing=ImportKind.TYPING)
    assert kind_of_foreign(load, foreign("pkg/robotstxt.py")) is ImportKind.REQUIRED


def test_what_stubs_load_says_nothing() -> None:
    # mne loads its parts lazily, and names them in stubs.
    guarded = own("pkg/a.py", "pkg.extra", standing=IN_FUNCTION)
    stub = own("pkg/__init__.pyi", ".extra", "f")
    assert kind_of_foreign(guarded, stub, foreign("pkg/extra.py")) is IN_FUNCTION


@pytest.mark.parametrize(
    "path",
    [
        "pkg/backends/rich.py",
        "pkg/_rich.py",
        "pkg/rich_plugin.py",
        "pkg/richext/part.py",
        "pkg/pyrich.py",
    ],
)
def test_a_module_named_after_what_it_imports_plugs_into_it(path: str) -> None:
    # celery/contrib/sphinx.py, faker/contrib/pytest/plugin.py: nobody loads them.
    assert kind_of_foreign(foreign(path)) is ImportKind.DEFERRED


def test_it_is_no_plug_when_the_project_loads_it() -> None:
    load = own("pkg/__init__.py", ".rich_output")
    assert kind_of_foreign(load, foreign("pkg/rich_output.py")) is ImportKind.REQUIRED


@pytest.mark.parametrize("path", ["rich.py", "pkg/ric.py", "rich_tools/output.py"])
def test_a_module_with_another_name_is_no_plug(path: str) -> None:
    assert kind_of_foreign(foreign(path)) is ImportKind.REQUIRED


def test_a_long_chain_of_loads_is_followed_to_its_end() -> None:
    chain = [own(f"pkg/m{n}.py", f".m{n + 1}") for n in range(2000)]
    guarded = own("pkg/__init__.py", ".m0", standing=GUARDED)
    needed = kind_of_foreign(guarded, *chain, foreign("pkg/m2000.py"))
    assert needed is ImportKind.DEFERRED


def test_modules_that_load_each_other_in_a_ring_stay_as_they_are() -> None:
    ring = [own("pkg/a.py", ".b"), own("pkg/b.py", ".a")]
    assert kind_of_foreign(*ring, foreign("pkg/a.py")) is ImportKind.REQUIRED


def test_a_name_that_many_modules_have_tells_nothing_of_one() -> None:
    # `import utils` in each of many copies of a project would pair all with all.
    copies = [
        own(f"copy{n}/main.py", "utils", standing=IN_FUNCTION) for n in range(100)
    ]
    helpers = [own(f"copy{n}/utils.py", ".") for n in range(100)]
    needed = kind_of_foreign(*copies, *helpers, foreign("copy7/utils.py"))
    assert needed is ImportKind.REQUIRED


def test_what_is_weighed_is_not_weighed_again() -> None:
    once = weigh([own("a/__init__.py", ".b", standing=GUARDED), foreign("a/b.py")])
    assert weigh(once) is once


def test_several_workers_weigh_as_one_does() -> None:
    # So many imports that they are shared; some load parts that nobody else loads.
    imports = [
        found
        for number in range(12_000)
        for found in (
            own(f"pkg/m{number}.py", f".m{number + 1}"),
            own(f"pkg/m{number}.py", f"pkg.x{number}", standing=IN_FUNCTION),
            own(f"pkg/m{number}.py", f"pkg.m{number - 1}", standing=GUARDED),
            foreign(f"pkg/x{number}.py"),
        )
    ]
    shared = weigh(imports, workers=Forks(2))
    assert {found.kind for found in shared} == {IN_FUNCTION}
    assert shared == weigh(imports)
