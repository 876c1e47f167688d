"""What calls and strings need though nothing imports it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from tests.unit.scan.folders import kinds, only, scanned


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("import pandas as pd\npd.read_excel('a.xlsx')", "openpyxl"),
        ("import pandas as pd\npd.read_parquet('a')", "pyarrow"),
        ("import pandas\nx.to_sql('a', con)", "sqlalchemy"),
        ("import pandas\nx.to_excel('a', engine='xlsxwriter')", "xlsxwriter"),
        ("import pandas as pd\npd.options.plotting.backend = 'plotly'", "plotly"),
        ("import matplotlib\nmatplotlib.use('Qt5Agg')", "PyQt5"),
        ("import sqlalchemy\ncreate_engine('postgresql+psycopg2://a')", "psycopg2"),
        ("import dask.dataframe as dd\ndd.read_csv('s3://a/b.csv')", "s3fs"),
        ("import fsspec\nfsspec.open('gs://a')", "gcsfs"),
        ("import fsspec\nfsspec.filesystem('gcs')", "gcsfs"),
        ("import pandas as pd\npd.set_option('plotting.backend', 'plotly')", "plotly"),
        ("import matplotlib\nmatplotlib.rcParams['backend'] = 'WXAgg'", "wx"),
        ("from pandas import read_excel\nread_excel('a.xlsx')", "openpyxl"),
        ("import pandas\ndf.plot.scatter()", "matplotlib"),
        ("import pandas\ndf.to_parquet('a', engine='auto')", "pyarrow"),
        ("import pandas as pd\npd.read_excel('a.xls')", "xlrd"),
        ("import pandas as pd\npd.ExcelFile(r'a.ods')", "odf"),
        ("import pandas as pd\npd.read_excel(f'{x}/a.xlsb')", "pyxlsb"),
        ("import pandas as pd\npd.read_csv(x, dtype_backend='pyarrow')", "pyarrow"),
        ("import pandas\ndf.plot(backend='plotly')", "plotly"),
        ("import pandas\ndf.style.background_gradient()", "jinja2"),
        ("import matplotlib\nmatplotlib.use(backend='Qt5Agg')", "PyQt5"),
        ("import sqlalchemy\nURL.create('postgresql+asyncpg')", "asyncpg"),
        ("import sqlalchemy\nURL.create(drivername='mysql+pymysql')", "pymysql"),
        ("import fsspec\nfsspec.filesystem(protocol='s3')", "s3fs"),
        ("import xarray as xr\nxr.open_dataset('a.nc')", "netCDF4"),
        ("import polars as pl\npl.read_delta('a')", "deltalake"),
        ("x = 1\nfrom fastapi.templating import Jinja2Templates as T", "jinja2"),
        ("from fastapi import FastAPI, Form\nx: str = Form()", "python_multipart"),
        ("x = 1\nfrom pydantic import BaseModel, EmailStr", "email_validator"),
        ("from django.db import models\nx = models.ImageField()", "PIL"),
    ],
)
def test_a_library_may_need_another_without_importing_it(
    tmp_path: Path, code, needed
) -> None:
    implied = only(scanned(tmp_path, {"m.py": code + "\n"}), needed)
    assert (implied.kind, implied.line) == (ImportKind.IMPLIED, 2)


def test_a_need_is_implied_only_beside_its_library_and_in_code(tmp_path: Path) -> None:
    found = scanned(
        tmp_path,
        {
            "a.py": "import other\nother.read_excel('x')\n",
            "b.py": "import pandas\n# pandas.read_excel('x')\n'''\nx.to_sql(1)\n'''\n",
            "c.py": "import pandas, openpyxl\npandas.read_excel('x')\n",
        },
    )
    assert not [i for i in found.imports if i.kind is ImportKind.IMPLIED]


def test_a_name_that_is_guarded_or_not_taken_implies_nothing(tmp_path: Path) -> None:
    files = {
        "a.py": "import pydantic\nclass EmailStr: pass\n",
        "b.py": "try:\n    from pydantic import EmailStr\nexcept ImportError: pass\n",
        "c.py": "from pydantic import EmailStr\nimport email_validator\n",
    }
    found = scanned(tmp_path, files)
    assert ImportKind.IMPLIED not in {item.kind for item in found.imports}


def test_what_reads_old_sheets_stands_for_what_reads_new_ones(tmp_path: Path) -> None:
    code = "import pandas as pd\npd.read_excel('a.xls')  # pd.read_excel('a.ods')\n"
    assert list(kinds(scanned(tmp_path, {"m.py": code}))) == ["pandas", "xlrd"]


def test_a_chosen_engine_stands_for_the_usual_one(tmp_path: Path) -> None:
    code = "import pandas\npandas.read_excel(\n  f'{x}',\n  engine='calamine')\n"
    found = scanned(tmp_path, {"m.py": code})
    assert list(kinds(found)) == ["pandas", "python_calamine"]


@pytest.mark.parametrize(
    "call",
    [
        "fsspec.open('https://a/b')",
        "dd.read_csv('http://a/b.csv')",
        "zarr.open_group(\n    store=f'https://{host}/a.zarr')",
        "fsspec.filesystem('https')",
    ],
)
def test_an_address_that_is_read_needs_a_client(tmp_path: Path, call: str) -> None:
    code = f"import fsspec, zarr, dask.dataframe as dd\n{call}\n"
    assert "aiohttp" in kinds(scanned(tmp_path, {"m.py": code}))


@pytest.mark.parametrize(
    "code", ["HOME = 'https://a'", "print('see', 'http://a')", "x = {'u': 'https://a'}"]
)
def test_an_address_that_is_only_named_needs_nothing(tmp_path: Path, code) -> None:
    found = scanned(tmp_path, {"m.py": f"import fsspec\n{code}\n"})
    assert list(kinds(found)) == ["fsspec"]


@pytest.mark.parametrize(
    "code",
    [
        "if path.startswith('s3://'): pass",
        "if path.startswith(('gs://', 's3://')): pass",
        "path = path.replace('s3://a', '')",
        "if path == 's3://a/b': pass",
        "path = Field(examples=['s3://a/b'])",
        "PREFIXES = ['s3://', 'gs://']",
    ],
)
def test_an_address_that_is_only_looked_for_needs_nothing(
    tmp_path: Path, code: str
) -> None:
    found = scanned(tmp_path, {"m.py": f"import fsspec\n{code}\n"})
    assert list(kinds(found)) == ["fsspec"]


@pytest.mark.parametrize("code", ["'s3://' + a", "'s3://%s' % a", "'s3://'.join(a)"])
def test_an_address_may_be_put_together(tmp_path: Path, code: str) -> None:
    found = scanned(tmp_path, {"m.py": f"import fsspec\nfsspec.open({code})\n"})
    assert list(kinds(found)) == ["fsspec", "s3fs"]


def test_methods_of_an_own_class_imply_nothing(tmp_path: Path) -> None:
    code = (
        "import pandas\nclass Table:\n    def show(self):\n"
        "        self.to_excel()\n        super().read_excel('a')\n"
    )
    assert list(kinds(scanned(tmp_path, {"m.py": code}))) == ["pandas"]
    code = code.replace("self.to_excel", "self.frame.to_excel")
    assert "openpyxl" in kinds(scanned(tmp_path, {"m.py": code}))
