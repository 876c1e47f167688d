"""Records of conda's own installer, as rattler reads them.

rattler removes what `paths_data` names; there conda names files of noarch packages by
their places in the package.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from caddis.model.lock import LockedPackage
from caddis.model.prefix.linked_paths import with_linked_paths
from caddis.model.whole import write_whole


def mend_records(
    prefix: Path, packages: Iterable[LockedPackage], *, reinstall: Collection[str]
) -> None:
    """Rewrite the records of what leaves *prefix*, as it is none of *packages*.

    Those to *reinstall* leave it, too.
    """
    stay = {
        f"{package.name}-{package.version}-{package.build}"
        for package in packages
        if package.name not in reinstall
    }
    for record in (prefix / "conda-meta").glob("*.json"):
        if record.stem not in stay:
            _mend(record)


def _mend(record: Path) -> None:
    try:
        data = json.loads(record.read_bytes())
        mended = with_linked_paths(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # rattler tells what is wrong with it.
    if mended is not data:
        write_whole(record, json.dumps(mended, indent=2))
