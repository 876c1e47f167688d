"""What `conda-meta` tells: packages, channels, variables and pins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caddis.model.dist_names import normalize
from caddis.model.lock import LockedFile, LockedPackage
from caddis.model.prefix.conda_meta import CondaRecord
from caddis.model.prefix.history import History
from caddis.model.requirements import Ecosystem
from caddis.model.urls import channel_name, public

_INFO = re.compile(
    r"(?P<folder>.*site-packages/(?P<name>[^/]+?)-\d[^/]*\.(?:dist|egg)-info)"
    r"(?:/METADATA|/PKG-INFO)?$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPackage:
    """One conda package of a prefix."""

    record: CondaRecord
    package: LockedPackage
    infos: frozenset[str]
    """Paths of the metadata folders of the distributions inside."""
    requested: tuple[str, ...]
    """What the record says was asked for."""


def read_package(record: CondaRecord) -> FoundPackage:
    """Describe the package of *record*."""
    data = record.data
    infos = _infos(record)
    return FoundPackage(
        record=record,
        infos=frozenset(infos),
        requested=_requested(data),
        package=LockedPackage(
            name=data["name"],
            version=data["version"],
            ecosystem=Ecosystem.CONDA,
            files=_files(data),
            build=data["build"],
            channel=_channel_url(data),
            subdir=data.get("subdir") or _subdir(data),
            build_number=data.get("build_number") or 0,
            noarch=_noarch(data.get("noarch")),
            provides=tuple(sorted(set(infos.values()))),
            depends=tuple(data.get("depends") or ()),
            constrains=tuple(data.get("constrains") or ()),
            license=data.get("license") or "",
        ),
    )


def find_channels(
    packages: Sequence[FoundPackage], history: History
) -> tuple[str, ...]:
    """List the channels: as command lines had them, then by number of packages."""
    counts = Counter(channel_name(f.package.channel) for f in packages)
    used = [name for name, _ in counts.most_common() if name]
    named = [channel_name(text) for text in map(public, history.channels)]
    # `defaults` is a word for channels that stand among the used ones by URL.
    named = [name for name in named if name != "defaults"]
    return tuple(dict.fromkeys((*named, *used)))


def read_pins(prefix: Path) -> tuple[str, ...]:
    """Read `conda-meta/pinned`."""
    try:
        text = (prefix / "conda-meta" / "pinned").read_text("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


def _infos(record: CondaRecord) -> dict[str, str]:
    """Map the metadata folders among a package's files to distribution names."""
    infos = {}
    for file in record.files:
        path = file["_path"]
        if path.endswith(("/METADATA", "/PKG-INFO", ".egg-info")):
            found = _INFO.match(path)
            if found:
                infos[found["folder"]] = normalize(found["name"])
    return infos


def _requested(data: Any) -> tuple[str, ...]:
    found = data.get("requested_specs") or [data.get("requested_spec")]
    return tuple(str(spec) for spec in found if spec and spec != "None")


def _files(data: Any) -> tuple[LockedFile, ...]:
    url = data.get("url")
    if not url:
        return ()
    return (
        LockedFile(
            url=public(url),
            sha256=data.get("sha256") or "",
            md5=data.get("md5") or "",
            size=data.get("size") or 0,
        ),
    )


def _channel_url(data: Any) -> str:
    """Give the channel without the platform's folder."""
    channel = public(str(data.get("channel") or ""))
    if "://" not in channel:
        url = public(str(data.get("url") or ""))
        folder = url.rpartition("/")[0].rpartition("/")[0]
        return folder if channel and folder.endswith(channel) else channel
    base, _, last = channel.rstrip("/").rpartition("/")
    return base if last in {data.get("subdir"), "noarch"} else channel.rstrip("/")


def _subdir(data: Any) -> str:
    """Read the platform's folder off the URL."""
    return str(data.get("url") or "").rpartition("/")[0].rpartition("/")[2]


def _noarch(value: object) -> str:
    # Records of long ago have `true` for a generic package.
    return "generic" if value is True else str(value or "")
