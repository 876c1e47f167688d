"""What a call needs though nothing imports it: openpyxl for `pandas.read_excel`.

The table may be extended by options. A row counts only in files that import its
module, so a method of the same name elsewhere implies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from caddis.model.imports import ImportKind
from caddis.stages.scan.lexer import Reading
from caddis.stages.scan.statements import Statement


class Need(NamedTuple):
    """One row: in a file that imports *module*, *pattern* needs *needed*."""

    module: str
    pattern: str
    """A regular expression; it begins in code, not within a string."""
    needed: str
    """The module that must be importable."""
    package: str
    """The package on PyPI that has it."""


_FRAMES = ("pandas", "dask", "polars", "geopandas", "modin")
_OPENERS = (*_FRAMES, "fsspec", "xarray", "pyarrow", "zarr", "intake", "s3fs")
_ENGINE = r"\bengine\s*=\s*[\"']{name}[\"']"
_URL = r"[\"']{scheme}://"


def _calls() -> Iterator[Need]:
    for call, needed, package in (
        (r"\.read_excel\s*\(", "openpyxl", "openpyxl"),
        (r"\.ExcelFile\s*\(", "openpyxl", "openpyxl"),
        (r"\.to_excel\s*\(", "openpyxl", "openpyxl"),
        (r"\.ExcelWriter\s*\(", "openpyxl", "openpyxl"),
        (r"\.read_parquet\s*\(", "pyarrow", "pyarrow"),
        (r"\.to_parquet\s*\(", "pyarrow", "pyarrow"),
        (r"\.read_feather\s*\(", "pyarrow", "pyarrow"),
        (r"\.to_feather\s*\(", "pyarrow", "pyarrow"),
        (r"\.read_orc\s*\(", "pyarrow", "pyarrow"),
        (r"\.to_orc\s*\(", "pyarrow", "pyarrow"),
        (r"\.read_sql(?:_query|_table)?\s*\(", "sqlalchemy", "sqlalchemy"),
        (r"\.to_sql\s*\(", "sqlalchemy", "sqlalchemy"),
        (r"\.read_hdf\s*\(", "tables", "tables"),
        (r"\.to_hdf\s*\(", "tables", "tables"),
        (r"\.HDFStore\s*\(", "tables", "tables"),
        (r"\.read_html\s*\(", "lxml", "lxml"),
        (r"\.(?:read|to)_xml\s*\(", "lxml", "lxml"),
        (r"\.to_markdown\s*\(", "tabulate", "tabulate"),
        (r"\.to_clipboard\s*\(", "pyperclip", "pyperclip"),
        (r"\.read_spss\s*\(", "pyreadstat", "pyreadstat"),
        (r"\.read_gbq\s*\(", "pandas_gbq", "pandas-gbq"),
        (r"\.to_gbq\s*\(", "pandas_gbq", "pandas-gbq"),
        (r"\.(?:boxplot|hist|plot)\s*[.(]", "matplotlib", "matplotlib"),
        (r"\.style\b", "jinja2", "jinja2"),
        (r"\bplotting\.backend\s*=\s*[\"']plotly[\"']", "plotly", "plotly"),
        (r"\bplotting\.backend\s*=\s*[\"']hvplot[\"']", "hvplot", "hvplot"),
        (r"\bplotting\.backend\s*=\s*[\"']bokeh[\"']", "bokeh", "bokeh"),
    ):
        yield Need("pandas", call, needed, package)
    for call, needed in ((r"\.read_excel\s*\(", "fastexcel"),):
        yield Need("polars", call, needed, needed)
    for call in (r"\.to_pandas\s*\(",):
        yield Need("polars", call, "pandas", "pandas")
        yield Need("pyarrow", call, "pandas", "pandas")


def _engines() -> Iterator[Need]:
    for engine, package in (
        ("openpyxl", "openpyxl"),
        ("xlsxwriter", "xlsxwriter"),
        ("xlrd", "xlrd"),
        ("odf", "odfpy"),
        ("pyxlsb", "pyxlsb"),
        ("python_calamine", "python-calamine"),
        ("calamine", "python-calamine"),
        ("pyarrow", "pyarrow"),
        ("fastparquet", "fastparquet"),
        ("numexpr", "numexpr"),
        ("numba", "numba"),
        ("tables", "tables"),
    ):
        needed = "python_calamine" if engine == "calamine" else engine
        yield Need("pandas", _ENGINE.format(name=engine), needed, package)
    for engine, needed, package in (
        ("netcdf4", "netCDF4", "netcdf4"),
        ("h5netcdf", "h5netcdf", "h5netcdf"),
        ("zarr", "zarr", "zarr"),
        ("rasterio", "rasterio", "rasterio"),
        ("cfgrib", "cfgrib", "cfgrib"),
        ("scipy", "scipy", "scipy"),
    ):
        yield Need("xarray", _ENGINE.format(name=engine), needed, package)


def _backends() -> Iterator[Need]:
    for backend, needed, package in (
        ("Qt5Agg", "PyQt5", "pyqt5"),
        ("QtAgg", "PyQt6", "pyqt6"),
        ("Qt5Cairo", "PyQt5", "pyqt5"),
        ("WXAgg", "wx", "wxpython"),
        ("GTK3Agg", "gi", "pygobject"),
        ("GTK4Agg", "gi", "pygobject"),
        ("WebAgg", "tornado", "tornado"),
        ("nbAgg", "IPython", "ipython"),
        ("widget", "ipympl", "ipympl"),
        ("ipympl", "ipympl", "ipympl"),
        ("cairo", "cairocffi", "cairocffi"),
    ):
        use = rf"(?:\buse|switch_backend)\s*\(\s*[\"'](?i:{backend})[\"']"
        yield Need("matplotlib", use, needed, package)


def _databases() -> Iterator[Need]:
    for scheme, needed, package in (
        (r"postgresql\+psycopg2", "psycopg2", "psycopg2"),
        (r"postgresql\+psycopg", "psycopg", "psycopg"),
        (r"postgresql\+asyncpg", "asyncpg", "asyncpg"),
        (r"postgresql\+pg8000", "pg8000", "pg8000"),
        (r"postgres(?:ql)?", "psycopg2", "psycopg2"),
        (r"mysql\+pymysql", "pymysql", "pymysql"),
        (r"mysql\+aiomysql", "aiomysql", "aiomysql"),
        (r"mysql\+mysqlconnector", "mysql.connector", "mysql-connector-python"),
        (r"mysql(?:\+mysqldb)?", "MySQLdb", "mysqlclient"),
        (r"sqlite\+aiosqlite", "aiosqlite", "aiosqlite"),
        (r"oracle\+cx_oracle", "cx_Oracle", "cx-oracle"),
        (r"oracle\+oracledb", "oracledb", "oracledb"),
        (r"mssql\+pymssql", "pymssql", "pymssql"),
        (r"mssql(?:\+pyodbc)?", "pyodbc", "pyodbc"),
        (r"snowflake", "snowflake.sqlalchemy", "snowflake-sqlalchemy"),
        (r"bigquery", "sqlalchemy_bigquery", "sqlalchemy-bigquery"),
        (r"duckdb", "duckdb_engine", "duckdb-engine"),
        (r"clickhouse\w*", "clickhouse_sqlalchemy", "clickhouse-sqlalchemy"),
        (r"redshift\+\w+", "sqlalchemy_redshift", "sqlalchemy-redshift"),
    ):
        for module in ("sqlalchemy", "pandas", "sqlmodel", "databases"):
            yield Need(module, _URL.format(scheme=scheme), needed, package)


def _protocols() -> Iterator[Need]:
    for scheme, needed in (
        (r"s3a?", "s3fs"),
        (r"(?:gs|gcs)", "gcsfs"),
        (r"(?:abfss?|az|adl)", "adlfs"),
        (r"hdfs", "pyarrow"),
        (r"https?", "aiohttp"),
        (r"(?:ssh|sftp)", "paramiko"),
        (r"smb", "smbprotocol"),
        (r"oci", "ocifs"),
        (r"hf", "huggingface_hub"),
    ):
        for module in _OPENERS:
            if needed == "aiohttp" and module != "fsspec":
                continue
            if needed not in {module, "aiohttp"} or module == "fsspec":
                package = needed.replace("_", "-")
                yield Need(module, _URL.format(scheme=scheme), needed, package)


NEEDS: tuple[Need, ...] = (
    *_calls(),
    *_engines(),
    *_backends(),
    *_databases(),
    *_protocols(),
)
"""What is known; a table for all: extend it with `[tool.caddis.scan] implied`."""


def implied_needs(
    reading: Reading, modules: set[str], needs: tuple[Need, ...]
) -> Iterator[Statement]:
    """Yield what the calls and strings of *reading*, which imports *modules*, need."""
    tops = {module.partition(".")[0] for module in modules}
    rows = tuple(need for need in needs if need.module in tops)
    if not rows:
        return
    pattern, needed = _search(rows)
    seen = set()
    for match in pattern.finditer(reading.text):
        row = needed[match.lastindex or 0]
        start = match.start()
        key = (row.needed, reading.text.count(b"\n", 0, start))
        if row.needed not in tops and key not in seen and reading.code.is_code(start):
            seen.add(key)
            yield _statement(row, reading.text, start)


@lru_cache(maxsize=256)
def _search(rows: tuple[Need, ...]) -> tuple[re.Pattern[bytes], dict[int, Need]]:
    """Join *rows* into one expression whose groups tell them apart."""
    unique = {row.pattern: row for row in reversed(rows)}
    ordered = [row for row in rows if unique[row.pattern] is row]
    joined = "|".join(f"({row.pattern})" for row in ordered)
    return re.compile(joined.encode()), dict(enumerate(ordered, start=1))


def _statement(row: Need, text: bytes, start: int) -> Statement:
    line_start = text.rfind(b"\n", 0, start) + 1
    return Statement(
        module=row.needed,
        names=(),
        line=text.count(b"\n", 0, start),
        column=len(text[line_start:start].decode(errors="replace")),
        kind=ImportKind.IMPLIED,
        package=row.package,
    )
