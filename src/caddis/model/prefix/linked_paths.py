"""Where conda linked the files of a noarch package.

conda's own installer writes into `files` where each file is, but into `paths_data`
where it was in the package: `site-packages/…`, `python-scripts/…`. Others write the
same into both. https://github.com/conda/conda/blob/main/conda/core/path_actions.py
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caddis.model.conda_paths import place

_SITE, _SCRIPTS = "site-packages", "python-scripts"
_OF_SCRIPTS = ("bin", "Scripts")
"""Where programs are, by system."""


def with_linked_paths(data: dict[str, Any]) -> dict[str, Any]:
    """Give the record *data* with the files of `paths_data` where they are."""
    if data.get("noarch") != "python" and data.get("package_type") != "noarch_python":
        return data
    told = (data.get("paths_data") or {}).get("paths") or ()
    where = _folders((file["_path"] for file in told), data.get("files") or ())
    if not where:
        return data
    site, scripts = where.get(_SITE, _SITE), where.get(_SCRIPTS, _SCRIPTS)
    paths = [
        {**file, "_path": place(file["_path"], site=site, scripts=scripts)}
        for file in told
    ]
    return {**data, "paths_data": {**data["paths_data"], "paths": paths}}


def _folders(packed: Iterable[str], files: Iterable[str]) -> dict[str, str]:
    """Find what stands in place of each folder of the package, by an example."""
    there = frozenset(files)
    found: dict[str, str] = {}
    for path in packed:
        top, _, rest = path.partition("/")
        if top == _SITE and _SITE not in found:
            linked = next((file for file in there if file.endswith(f"/{path}")), path)
            found[_SITE] = linked.removesuffix(f"/{rest}")
        elif top == _SCRIPTS and _SCRIPTS not in found:
            tops = (folder for folder in _OF_SCRIPTS if f"{folder}/{rest}" in there)
            found[_SCRIPTS] = next(tops, _SCRIPTS)
    return found
