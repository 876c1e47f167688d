"""How firmly a package is asked for by all of its imports together."""

from dataclasses import replace

from caddis.model.imports import Import, ImportKind
from caddis.stages.requirements import find_requirements
from tests.unit.names.fakes import FakeNames, imported

TABLE = FakeNames({"rich": "rich"})
DEFERRED = ImportKind.DEFERRED


def in_function(path: str, marker: str = "") -> Import:
    found = imported("rich", kind=DEFERRED, marker=marker)
    return replace(found, path=path, standing=DEFERRED)


def kind_of(*imports: Import) -> ImportKind:
    (requirement,) = find_requirements(imports, sources=[TABLE]).requirements
    return requirement.kind


def test_what_one_module_loads_in_functions_comes_later() -> None:
    assert kind_of(in_function("a.py"), in_function("a.py")) is DEFERRED


def test_what_functions_of_several_modules_load_and_annotations_name_is_required() -> (
    None
):
    several = (in_function("a.py"), in_function("b.py"))
    named = imported("rich", kind=ImportKind.TYPING)
    assert kind_of(*several, named) is ImportKind.REQUIRED
    assert kind_of(*several) is DEFERRED
    assert kind_of(in_function("a.py"), named) is DEFERRED


def test_copies_of_other_projects_do_not_count() -> None:
    # sklearn/externals/array_api_compat loads torch in functions.
    copied = [in_function(f"pkg/_vendor/compat/{name}.py") for name in "ab"]
    named = imported("rich", kind=ImportKind.TYPING)
    assert kind_of(*copied, in_function("pkg/c.py"), named) is DEFERRED


def test_a_guard_anywhere_tells_that_the_project_can_do_without() -> None:
    imports = (
        in_function("a.py"),
        in_function("b.py"),
        imported("rich", kind=ImportKind.TYPING),
        imported("rich", kind=ImportKind.OPTIONAL),
    )
    assert kind_of(*imports) is DEFERRED


def test_modules_that_are_loaded_later_themselves_do_not_count() -> None:
    # Their imports stand at the start; the modules are loaded in functions.
    later = [
        replace(imported("rich", kind=DEFERRED), path=path) for path in ("a.py", "b.py")
    ]
    assert kind_of(*later, imported("rich", kind=ImportKind.TYPING)) is DEFERRED


def test_what_one_platform_or_version_needs_in_a_function_is_needed_there() -> None:
    old = in_function("a.py", 'python_version < "3.10"')
    assert kind_of(old) is ImportKind.CONDITIONAL
    assert kind_of(old, in_function("a.py")) is DEFERRED


def test_a_condition_that_is_no_marker_may_never_hold() -> None:
    # anndata/compat: `if CUPY: import cupy`
    perhaps = imported("rich", kind=ImportKind.CONDITIONAL)
    on_windows = imported(
        "rich", kind=ImportKind.CONDITIONAL, marker='sys_platform == "win32"'
    )
    assert kind_of(perhaps) is DEFERRED
    assert kind_of(perhaps, on_windows) is ImportKind.CONDITIONAL
    assert kind_of(perhaps, imported("rich")) is ImportKind.REQUIRED
