"""Choose the well-known packages on whose source archives names are measured.

    python -m bench.names_sets

The first three sets were chosen by hand, for the web, science, notebooks and packaging.
The others are chosen by this script, out of what those ninety name in Requires-Dist,
extras included, most often named first: the fourth are the first thirty that need three
packages or more, the fifth the next thirty that need two, the sixth the thirty after
them whose source archive names two, whatever the platform. Packages without modules, or
without a source archive of their newest version, are left out.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter, defaultdict
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from uv import find_uv_bin

from caddis.model.dist_names import normalize

SETS = {
    "first": """
        aiohttp altair anndata bandit black bokeh boto3 celery cookiecutter distributed
        fastapi flask gspread httpx huggingface-hub jsonschema jupyter-client keyring
        mkdocs nbconvert paramiko poetry pooch scikit-image scrapy seaborn sphinx
        statsmodels twine virtualenv
    """.split(),
    "second": """
        alembic arrow beautifulsoup4 dash datasets django faker gensim geopandas httpie
        ipython jupyter-server kombu librosa nltk nox openai optuna papermill pelican
        pip-audit plotly requests spacy starlette textual tox typer xarray zarr
    """.split(),
    "third": """
        apscheduler asyncssh conan dateparser drf-spectacular elasticsearch flask-admin
        folium hydra-core kedro langchain-core locust marshmallow networkx nilearn
        panel pipx pre-commit pyjwt rq sanic schemathesis sqlmodel streamlink sunpy
        tweepy uvicorn wtforms yt-dlp zeep
    """.split(),
    "fourth": """
        pytest pytest-cov matplotlib mypy pydantic pydata-sphinx-theme ipykernel
        myst-parser httpx2 scikit-learn dask sphinx-rtd-theme flake8 ipywidgets
        jupyterlab kaleido nbformat asv azure-identity azure-storage-blob botocore
        gevent google-cloud-storage nbclient notebook pytest-mpl
        sphinxcontrib-spelling anywidget astropy contextily
    """.split(),
    "fifth": """
        pandas pytest-xdist rich anyio build importlib-metadata sphinx-gallery
        pytest-asyncio pytest-rerunfailures email-validator jupyter-core numba pyopenssl
        cachecontrol elastic-transport furo geoalchemy2 google-auth h5netcdf librabbitmq
        meson-python mkdocs-get-deps mkdocs-material mkdocstrings moto nbsphinx nibabel
        opentelemetry-exporter-otlp-proto-http opentelemetry-sdk pylint
    """.split(),
    "sixth": """
        pyright pytest-env pytest-jupyter python-consul2 responses secretstorage
        soundfile sphinx-autobuild trio twisted yarl aiobotocore aioquic aiosignal
        allure-pytest allure-python-commons altair-tiles arviz asdf asdf-astropy ase
        astroquery authlib azure-datalake-store azure-servicebus azure-storage-queue
        behave bokeh-sampledata bpython cartopy
    """.split(),
}
_BY_HAND = ("first", "second", "third")
_CANDIDATES = 185
"""So many of those named most often are looked at."""
_NEEDED = 2
_LINE = re.compile(r"([\w.-]+)(?:\[.*?\])?==\S+\s+# via (.*)")


def main(sources: Path = Path(".cache/bench-names/sdists")) -> None:
    """Print the ranking of what the sets by hand, fetched before, need most often."""
    named = Counter(
        name
        for chosen in _BY_HAND
        for package in SETS[chosen]
        for metadata in sorted(sources.glob(f"{package}/*/PKG-INFO"))[:1]
        for name in requirements_of(metadata)
    )
    by_hand = {package for chosen in _BY_HAND for package in SETS[chosen]}
    ranking = sorted(named, key=lambda name: (-named[name], name))
    candidates = [name for name in ranking if name not in by_hand][:_CANDIDATES]
    needs = resolve(candidates)
    for name in candidates:
        if len(needs[name]) >= _NEEDED:
            print(f"{name:40} {named[name]:4} {len(needs[name]):4}")


def requirements_of(metadata: Path) -> set[str]:
    """List what a PKG-INFO asks for, extras included."""
    text = metadata.read_text(encoding="utf-8", errors="replace")
    entries = HeaderParser().parsestr(text).get_all("Requires-Dist", [])
    return {normalize(Requirement(entry).name) for entry in entries}


def resolve(names: list[str]) -> dict[str, set[str]]:
    """Let uv say what each of *names* brings directly."""
    told = subprocess.run(
        [
            find_uv_bin(),
            "pip",
            "compile",
            "--no-header",
            "--annotation-style",
            "line",
            "-",
        ],
        input="\n".join(names),
        capture_output=True,
        text=True,
        check=True,
    )
    needs: dict[str, set[str]] = defaultdict(set)
    for line in filter(None, map(_LINE.match, told.stdout.splitlines())):
        for by in line[2].split(","):
            needs[by.strip()].add(line[1])
    return needs


if __name__ == "__main__":
    main()
