"""What uv's failures mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from caddis.adapters.uv.asking import ASKING
from caddis.adapters.uv.pythons import read_pythons
from caddis.errors import (
    CaddisError,
    EngineError,
    FetchError,
    ProjectError,
    ResolveError,
    SystemFailure,
    UsageError,
)
from caddis.ports.pypi import PythonNeed, PythonRuledOut

_NETWORK = re.compile(
    r"error sending request|Failed to fetch|Failed to download|dns error|"
    r"Could not connect|network is disabled|needs to be downloaded|HTTP status|"
    r"Git operation failed"
)
_STRANGER = "invalid peer certificate"
"""What it says where a proxy of a company stands in between, among others."""
_CACHE = re.compile(
    r"Failed to initialize cache at|the client cache|"
    # What it asks an interpreter by is written into the cache first.
    r"Failed to inspect Python interpreter [^\n]*(\n[^\n]*)*failed to write to file"
)
_NOT_THERE = "Distribution not found at: file:"
_OWN_DOINGS = (
    *("Using Python", "Using CPython", "Resolved ", "Prepared ", "Installed "),
    *("Downloading ", "Downloaded ", "Building ", "Built ", "Updating ", "Updated "),
    *("Uninstalled ", "Creating virtual", "Audited "),
    *("warning:", "error: No solution found"),
    *("failed to clone into", "process didn't exit successfully", "--- std"),
    *("If the cache and target directories", "If this is intentional, set"),
)
_SYNTAX = re.compile(r"Couldn't parse|Failed to parse|is not a valid")
_REFUSED = re.compile(r"authentication credentials|401 Unauthorized|403 Forbidden")
_TOLD_OF_BUILDS = 6
"""Lines."""
_WRONG = re.compile(r"error: |\w+Error\b")
_OF_A_FOLDER = re.compile(r" @ file:[^`]+(?<!\.gz)(?<!\.zip)`")
_OF_A_BACKEND = "The build backend returned an error"
"""How it begins where uv does not know yet what it builds: a folder, too."""
_EXTRA = re.compile(r"Requested extras? not found|Requesting extras requires")
_EDITABLE = re.compile(
    r"Unsupported editable requirement in [^\n]*: `(?P<url>\w+\+[^`#]+)"
)
_HASH = re.compile(r"[Hh]ash mismatch")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


def without_credentials(text: str) -> str:
    """Remove user and password from every URL in *text*."""
    return _CREDENTIALS.sub("", text)


def explain(stderr: str) -> CaddisError:
    """Turn what uv printed into the error that fits."""
    text = _without_frames(stderr)
    if mistaken := _mistake(text):
        return mistaken
    if _REFUSED.search(text):
        return FetchError(
            f"An index does not let us in:\n{text}",
            hint="Put the credentials into the index URL, netrc or the keyring (that is"
            " asked where the URL has the user's name).",
        )
    if "No solution found" in stderr:
        return _no_solution(text, tuple(dict.fromkeys(read_pythons(stderr))))
    if _HASH.search(text):
        return FetchError(
            f"A file is not the one that the lock names:\n{text}",
            hint="Ask who runs the index; if the change is meant, lock again.",
        )
    if _NOT_THERE in text:
        return FetchError(
            f"This machine does not have what is asked for by its path:\n{text}",
            hint="A path starts at the folder that you are in. In conda's environments"
            " pip freeze writes where packages were built: on other machines. pip list"
            " --format=freeze has versions instead, and caddis relax FILE takes such"
            " paths out.",
        )
    if _NETWORK.search(text):
        return _unreached(text)
    if _SYNTAX.search(text):
        return ProjectError(
            text, hint="Write it like requests, requests>=2.31 or requests[socks]==2.*."
        )
    if "os error" in text:
        return _refused_by_system(text)
    if text.startswith(("Failed to build", _OF_A_BACKEND)):
        return _failed_build(text.splitlines()[0], list(_lines(stderr))[1:])
    return EngineError(f"uv failed:\n{text}")


def _unreached(text: str) -> FetchError:
    if "Network connectivity is disabled" in text:
        return _not_cached(text)
    if _STRANGER not in text:
        return FetchError(
            f"A package could not be fetched:\n{text}",
            hint="Check the network, the URL and its credentials.",
        )
    lines = (line for line in text.splitlines() if not line.startswith("hint:"))
    told = "\n".join(lines)
    return FetchError(
        f"A package could not be fetched:\n{told}",
        hint="Where the system trusts the certificate, set UV_SYSTEM_CERTS=1, or else"
        " SSL_CERT_FILE to a file that has it.",
    )


def _not_cached(text: str) -> FetchError:
    return FetchError(
        f"The cache does not have what is needed:\n{text}",
        hint="Without --offline it may be found.",
    )


def _refused_by_system(text: str) -> EngineError | SystemFailure:
    first, *others = text.splitlines()
    if _CACHE.search(text):
        return SystemFailure(
            f"uv cannot keep its cache: {(first, *others)[-1]}",
            hint="Set CADDIS_CACHE_DIR to a folder that you may write to, with room.",
        )
    told = f"The system stopped uv: {': '.join((first, *others[-1:]))}"
    if "(os error 28)" in text:
        return SystemFailure(
            told, hint="The disk is full: free some space or choose a place elsewhere."
        )
    return EngineError(told, hint="May you write there?")


def _no_solution(text: str, needs: tuple[PythonNeed, ...]) -> CaddisError:
    if "was not found in the cache" in text:
        return _not_cached(text)
    return PythonRuledOut(text, needs=needs) if needs else ResolveError(text)


def _failed_build(headline: str, story: Sequence[str]) -> EngineError:
    """Tell of a build's own words those that say what is wrong, or else the last."""
    told = [line for line in story if not line.startswith("hint:")]
    wrong = [number for number, line in enumerate(told) if _WRONG.match(line)]
    start = wrong[-1] if wrong else -_TOLD_OF_BUILDS
    lines = told[start:][:_TOLD_OF_BUILDS]
    return EngineError(
        "\n".join((headline, *lines)),
        hint="Mend how it is built; the project itself is left out with --no-project."
        if _OF_A_FOLDER.search(headline) or headline == _OF_A_BACKEND
        else "A version with a wheel needs no building.",
    )


def _mistake(text: str) -> CaddisError | None:
    """Find what is wrong with what was asked, before anything was looked for."""
    if editable := _EDITABLE.search(text):
        return ProjectError(
            f"uv makes no checkout to edit: -e {editable['url']}",
            hint=f"Write it without -e: NAME @ {editable['url']}",
        )
    if _EXTRA.search(text):
        return UsageError(
            text, hint="Extras are those of a pyproject.toml that is compiled."
        )
    return None


def _without_frames(stderr: str) -> str:
    """Take uv's marks and the lines about its own doing out of a message."""
    lines = (
        line.removeprefix("error: ").removeprefix("cause: ") for line in _lines(stderr)
    )
    return "\n".join(lines).replace(f"{ASKING} depends on", "you require")


def _lines(stderr: str) -> Iterator[str]:
    lines = (line.strip().lstrip("×╰─▶│├ ") for line in stderr.splitlines())
    return (line for line in lines if line and not line.startswith(_OWN_DOINGS))
