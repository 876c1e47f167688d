"""How far rows of the table are believed, and which package they mean."""

from __future__ import annotations

import re

from caddis.adapters.names_table.files import NONE
from caddis.model.dist_names import normalize
from caddis.model.names import Provider, Trust
from caddis.model.requirements import Ecosystem, Evidence

CURATED = "curated"
"""The source of what people have looked into."""
_WHEEL = "wheel"
_BUILDERS = frozenset({"conda-pypi", "depfinder", "grayskull", "published"})
_API_VERSION = re.compile(r"(google\..+)_v\d+(?:(?:alpha|beta|p)\d+)*")
"""How Google names what it generates for one version of an interface."""
_ORIGIN = {"depfinder": "conda-pypi", "marimo": "pipreqs"}
"""Sources that started from another one: together they are one voice."""


def unversioned(module: str) -> str:
    """Drop the version of an interface, as that of `google.cloud.run_v2`."""
    found = _API_VERSION.fullmatch(module)
    return found[1] if found else module


def namespace(module: str, ecosystem: Ecosystem, sources: str) -> Provider:
    """Say that nobody provides *module* alone."""
    detail = f"{module} is a namespace that several packages share ({sources})"
    return Provider(
        module=module,
        name="",
        ecosystem=ecosystem,
        evidence=Evidence(source="table", detail=detail),
    )


def choose_world(pypi: str, conda: str, wanted: Ecosystem) -> tuple[Ecosystem, str]:
    """Stay in the wanted world unless only the other one has the package."""
    if conda == NONE or (wanted is Ecosystem.PYPI and pypi != NONE):
        return Ecosystem.PYPI, pypi
    return Ecosystem.CONDA, conda


def trust(module: str, pypi: str, sources: str, home: Ecosystem) -> Trust:
    """Believe people, then wheels and independent sources, then names that agree.

    Of conda packages those who build them tell what they contain, and a channel gives
    no name to a stranger.
    """
    if sources == CURATED:
        return Trust.SETTLED
    voices = frozenset(sources.split(","))
    independent = {_ORIGIN.get(voice, voice) for voice in voices}
    if home is Ecosystem.CONDA and _BUILDERS & voices:
        return Trust.AGREED
    if _WHEEL in voices or len(independent) > 1 or _is_spelled_alike(module, pypi):
        return Trust.AGREED
    return Trust.HEARSAY


def _is_spelled_alike(module: str, pypi: str) -> bool:
    last = module.rpartition(".")[2]
    plain = pypi.replace("-", "")
    return any(normalize(name).replace("-", "") == plain for name in (module, last))


def sentence(module: str, name: str, sources: str, below: str) -> str:
    """Tell what a row says, and who says it."""
    until = f" up to version {below}, which lacks it" if below else ""
    return f"the table says that {name} provides {module}{until} ({sources})"
