"""Extras of declared packages."""

from dataclasses import replace

import pytest

from caddis.adapters.names_table import NamesTable
from caddis.model.requirements import Requirement
from caddis.stages.requirements import brought, find_requirements, told
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


def test_the_carried_table_knows_extras() -> None:
    extras = NamesTable().extras
    assert "s3fs" in extras["fsspec", "s3"]
    assert "pyarrow" in extras["pandas", "parquet"]
    assert "psycopg2" not in extras["sqlalchemy", "postgresql-asyncpg"]
