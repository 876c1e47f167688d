"""Extras of declared packages."""

from dataclasses import replace

import pytest

from caddis.adapters.names_table import NamesTable
from caddis.model.imports import Import, ImportKind
from caddis.model.requirements import Requirement, Requirements
from caddis.stages.requirements import (
    brought,
    find_requirements,
    left_to_extras,
    told,
)
from tests.unit.names.fakes import FakeNames, declared, imported

EXTRAS = {("fsspec", "s3"): frozenset({"s3fs"}), ("dask", "s3"): frozenset({"s3fs"})}
TABLE = FakeNames({"s3fs": "s3fs"})


def needed_of_s3fs(spec: str) -> Requirement:
    """Give what `import s3fs` needs where fsspec is declared as *spec*."""
    entry = replace(declared("fsspec"), spec=spec)
    (found,) = find_requirements(
        [imported("s3fs")],
        sources=[TABLE],
        declared=[entry, *brought([entry], EXTRAS)],
    ).requirements
    return found


def test_an_extra_that_is_declared_brings_its_packages() -> None:
    found = needed_of_s3fs("fsspec[S3]>=2024")
    assert found.name == "s3fs"
    assert found.spec == "fsspec[S3]>=2024"
    assert found.origin == "requirements.txt:1"


@pytest.mark.parametrize("spec", ["fsspec", "fsspec[http]", "fsspec[s3"])
def test_another_declaration_does_not(spec: str) -> None:
    found = needed_of_s3fs(spec)
    assert (found.spec, found.origin) == ("s3fs", "")


def test_the_extra_that_would_bring_a_package_is_told() -> None:
    (found,) = told([needed_of_s3fs("fsspec")], ["fsspec", "numpy"], EXTRAS)
    assert found.evidence[-1].detail == "fsspec[s3] would bring s3fs"


def test_nothing_is_told_where_nobody_uses_such_a_package() -> None:
    found = needed_of_s3fs("fsspec")
    assert told([found], ["numpy"], EXTRAS) == (found,)


ROOT = replace(imported(".work", kind=ImportKind.RELATIVE), path="pkg/__init__.py")


def with_extra(*imports: Import) -> Requirements:
    """Weigh s3fs, which only the extra `s3` of the project declares."""
    entry = replace(declared("s3fs"), group="s3")
    found = find_requirements(imports, sources=[TABLE], declared=[entry])
    return left_to_extras(found, [ROOT, *imports], {"s3"})


def test_what_only_users_of_an_extra_load_is_optional() -> None:
    found = with_extra(replace(imported("s3fs"), path="pkg/store.py"))
    assert found.requirements == ()
    assert [r.kind for r in found.optional] == [ImportKind.OPTIONAL]
    assert "only the extra s3 has s3fs" in found.optional[0].evidence[-1].detail


@pytest.mark.parametrize("path", ["pkg/work.py", "pkg/__init__.py", "script.py"])
def test_what_the_start_of_the_project_needs_is_no_matter_of_extras(path: str) -> None:
    found = with_extra(replace(imported("s3fs"), path=path))
    assert [r.name for r in found.requirements] == ["s3fs"]


def test_what_an_example_loads_is_left_to_whoever_runs_it() -> None:
    store = replace(imported("s3fs"), path="pkg/store.py")
    example = Import(
        module="pkg.store", kind=ImportKind.FIRST_PARTY, path="examples/a.py", line=1
    )
    entry = replace(declared("s3fs"), group="s3")
    found = find_requirements([store], sources=[TABLE], declared=[entry])
    imports = [ROOT, store, example]
    left = left_to_extras(
        found, imports, {"s3"}, is_beside=lambda path: path.startswith("examples/")
    )
    assert left.requirements == ()
    assert left_to_extras(found, imports, {"s3"}) == found


def test_other_groups_are_no_extras() -> None:
    store = replace(imported("s3fs"), path="pkg/store.py")
    entry = replace(declared("s3fs"), group="dev")
    found = find_requirements([store], sources=[TABLE], declared=[entry])
    assert left_to_extras(found, [ROOT, store], {"s3"}) == found


def test_the_carried_table_knows_extras() -> None:
    extras = NamesTable().extras
    assert "s3fs" in extras["fsspec", "s3"]
    assert "pyarrow" in extras["pandas", "parquet"]
    assert "psycopg2" not in extras["sqlalchemy", "postgresql-asyncpg"]
