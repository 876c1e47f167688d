"""Packages that are of use though no import names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caddis.model.dist_names import normalize
from caddis.stages.scan.implied import NEEDS

_PATTERNS = (
    *("{}", "standard-{}", "{}-lts", "legacy-{}", "py{}", "zombie-{}"),
    "backports-{}",
)
"""How those are called that bring a module of Python to whoever lacks it."""
_STAND_INS = {
    "cgitb": ("legacy-cgi",),
    "crypt": ("crypt-r", "legacycrypt"),
    "curses": ("windows-curses",),
    "readline": ("gnureadline", "pyreadline3"),
    "sqlite3": ("pysqlite3", "pysqlite3-binary"),
    "zoneinfo": ("tzdata",),
}
_OF_DATABASES = (
    *("psycopg2-binary", "psycopg-binary"),
    *(
        row.package
        for row in NEEDS
        if (row.module, row.how) == ("sqlalchemy", "scheme")
    ),
)
_FILE_SYSTEMS = ("adlfs", "gcsfs", "ocifs", "ossfs", "s3fs")
"""What URLs need, which often stand in settings and not in the code."""
_HELPERS = {
    "aiohttp": ("aiodns", "brotli"),
    "beautifulsoup4": ("html5lib", "lxml"),
    "celery": ("flower", "librabbitmq", "redis"),
    "dask": ("bokeh", "distributed", *_FILE_SYSTEMS),
    "django": ("argon2-cffi", "bcrypt", *_OF_DATABASES),
    "fastapi": ("python-multipart", "uvicorn"),
    "flask": ("python-dotenv",),
    "google-api-core": ("grpcio",),
    "fsspec": _FILE_SYSTEMS,
    "gunicorn": ("eventlet", "gevent", "uvicorn"),
    "httpx": ("brotli", "h2", "socksio"),
    "keyring": ("secretstorage",),
    "pandas": ("bottleneck", "numexpr", *_FILE_SYSTEMS),
    "passlib": ("argon2-cffi", "bcrypt"),
    "psycopg": ("psycopg-binary", "psycopg-c"),
    "pydantic": ("email-validator",),
    "pyjwt": ("cryptography",),
    "pymongo": ("dnspython",),
    "pyramid": ("plaster-pastedeploy",),
    "python-jose": ("cryptography",),
    "redis": ("hiredis",),
    "requests": ("pysocks",),
    "ruamel-yaml": ("ruamel-yaml-clib",),
    "sqlalchemy": ("greenlet", *_OF_DATABASES),
    "sqlmodel": _OF_DATABASES,
    "starlette": ("itsdangerous", "python-multipart"),
    "transformers": ("accelerate", "sentencepiece", "tiktoken"),
    "urllib3": ("brotli", "pysocks"),
    "uvicorn": ("httptools", "uvloop", "watchfiles", "websockets"),
    "xarray": (
        "bottleneck",
        "cfgrib",
        "flox",
        "h5netcdf",
        "netcdf4",
        "numbagg",
        *_FILE_SYSTEMS,
    ),
}
"""What packages take when it is there, without being told to."""


def stand_ins(standard: Iterable[str]) -> Iterator[str]:
    """Name the packages that bring the modules *standard* to whoever lacks them."""
    for module in standard:
        name = normalize(module)
        yield from (pattern.format(name) for pattern in _PATTERNS)
        yield from _STAND_INS.get(module, ())


def helpers(packages: Iterable[str]) -> Iterator[str]:
    """Name what *packages* load by themselves: drivers, parsers, accelerators."""
    for name in packages:
        yield from _HELPERS.get(name, ())
