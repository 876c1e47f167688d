"""What a package index tells: pages (PEP 503, PEP 691) and metadata (PEP 658)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from packaging.version import InvalidVersion, Version

from caddis.adapters.contents.web import Page, Web
from caddis.errors import FetchError
from caddis.model.dist_names import normalize
from caddis.model.urls import public

_ANCHOR = re.compile(r"""<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)[^>]*>""", re.IGNORECASE)
_REQUIRES_PYTHON = re.compile(
    r"""data-requires-python\s*=\s*["']([^"']*)""", re.IGNORECASE
)
_METADATA = 4 * 2**20
"""Bytes that the metadata of a wheel takes at most."""
ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.9, */*;q=0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wheel:
    """A wheel that an index offers."""

    filename: str
    version: Version


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The files that an index has of one project."""

    links: Mapping[str, str]
    """Filename → what the page says; there may be thousands."""
    page: str
    """URL that links are relative to."""
    index: str
    """URL of the index, with its credentials."""

    def url(self, filename: str) -> str:
        """Give the URL of a file, with credentials where the index has its host."""
        return _with_credentials(urljoin(self.page, self.links[filename]), self.index)


def read_project(index: str, name: str, *, web: Web) -> Listing | None:
    """Ask the index at *index* for *name*; None when it has no such project.

    Raises:
        FetchError: no answer, or one that is no index page.
    """
    page = web.fetch(f"{index.rstrip('/')}/{normalize(name)}/", accept=ACCEPT)
    if page is None:
        return None
    return Listing(
        links={_filename(link): link for link in _links(page)},
        page=page.url if page.url.endswith("/") else f"{page.url}/",
        index=index,
    )


def read_import_names(url: str, *, web: Web) -> frozenset[str]:
    """Read the modules that the metadata beside the wheel at *url* names (PEP 794).

    Empty where an index has no such file (PEP 658), or that names none.

    Raises:
        FetchError: no answer.
    """
    parts = urlsplit(url)
    beside = parts._replace(path=f"{parts.path}.metadata", fragment="").geturl()
    page = web.fetch(beside, limit=_METADATA)
    if page is None:
        return frozenset()
    head = HeaderParser().parsestr(page.body.decode("utf-8", "replace"))
    names = (str(name).partition(";")[0] for name in head.get_all("Import-Name", []))
    return frozenset(name.strip() for name in names if name.strip())


def read_requires_python(index: str, name: str, *, web: Web) -> dict[str, str]:
    """Ask the index at *index* which Pythons each version of *name* is for.

    Versions of which the page says nothing are left out.

    Raises:
        FetchError: no answer, or one that is no index page.
    """
    page = web.fetch(f"{index.rstrip('/')}/{normalize(name)}/", accept=ACCEPT)
    if page is None:
        return {}
    told = ((_version_text(_filename(link), name), spec) for link, spec in _told(page))
    return {version: spec for version, spec in told if version and spec}


def newest_wheel(files: Iterable[str], name: str) -> Wheel | None:
    """Choose a wheel of the newest final version; None when that has none.

    An older wheel would not tell where modules are today. Pure Python is preferred,
    then Linux: their folders are the same elsewhere. Only the wheels of that version
    are looked at closely, for there may be thousands.
    """
    by_version: dict[str, list[str]] = {}
    for filename in files:
        by_version.setdefault(_version_text(filename, name), []).append(filename)
    versions = {text: found for text in by_version if (found := _version(text))}
    final = [text for text, version in versions.items() if not version.is_prerelease]
    newest = max(final or versions, key=lambda text: versions[text], default=None)
    if newest is None:
        return None
    same = [text for text in versions if versions[text] == versions[newest]]
    wheels = [f for text in same for f in by_version[text] if f.endswith(".whl")]
    if not wheels:
        return None
    filename = max(wheels, key=_handiness)
    return Wheel(filename=filename, version=versions[newest])


def _version_text(filename: str, name: str) -> str:
    """Cut the version out of a filename of *name*; empty when it is none."""
    if filename.endswith(".whl"):
        found, _, rest = filename.partition("-")
        text = rest.partition("-")[0]
    else:
        archive = filename.removesuffix(".tar.gz").removesuffix(".zip")
        found, _, text = archive.rpartition("-")
    return text if normalize(found) == name else ""


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _handiness(filename: str) -> int:
    platform = filename.removesuffix(".whl").rpartition("-")[2]
    if platform == "any":
        return 2
    return int("linux" in platform and "x86_64" in platform)


def _links(page: Page) -> list[str]:
    if page.content_type.endswith("json"):
        return [str(e["url"]) for e in _json_files(page) if not e.get("yanked")]
    text = page.body.decode("utf-8", "replace")
    return [unescape(anchor[1]) for anchor in _ANCHOR.finditer(text) if _valid(anchor)]


def _told(page: Page) -> Iterator[tuple[str, str]]:
    """Yield each link and the Pythons that its file is for; empty for any."""
    if page.content_type.endswith("json"):
        for file in _json_files(page):
            yield str(file["url"]), str(file.get("requires-python") or "")
        return
    for anchor in _ANCHOR.finditer(page.body.decode("utf-8", "replace")):
        spec = _REQUIRES_PYTHON.search(anchor[0])
        yield unescape(anchor[1]), unescape(spec[1]) if spec else ""


def _valid(anchor: re.Match[str]) -> bool:
    return "data-yanked" not in anchor[0]


def _json_files(page: Page) -> list[dict[str, object]]:
    try:
        entries = json.loads(page.body)["files"]
        return [entry for entry in entries if entry["url"]]
    except (ValueError, KeyError, TypeError):
        raise FetchError(f"{public(page.url)} is not an index page") from None


def _filename(link: str) -> str:
    """Cut the filename out of a link; quickly, for a page may have thousands."""
    name = link.partition("#")[0].partition("?")[0].rpartition("/")[2]
    return unquote(name) if "%" in name else name


def _with_credentials(url: str, index: str) -> str:
    """Carry the index's credentials over to files on the same host, only there."""
    file, origin = urlsplit(url), urlsplit(index)
    secret, at, host = origin.netloc.rpartition("@")
    if not at or file.netloc != host or file.scheme != origin.scheme:
        return urlunsplit((*file[:4], ""))
    return urlunsplit((file.scheme, f"{secret}@{host}", *file[2:4], ""))
