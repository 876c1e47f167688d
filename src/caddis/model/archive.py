"""The manifest of an archive: which frames it has, and what each holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from caddis.errors import ArchiveError
from caddis.model.layers import Frame, LayerKind, Place

FORMAT = 1
"""Version of the manifest; a reader refuses what is newer than it knows."""

MANIFEST = ".caddis/manifest.json"
"""The first entry of every archive, relative to the prefix."""

SIGNATURE = ".caddis/manifest.json.sig"
"""The entry behind the manifest in an archive that is signed."""

SETTLED = "caddis-prefix"
"""The layer that an archive has whose files hold the prefix they were packed for."""

CURRENT = ".caddis/prefix"
"""In an unpacked environment: the prefix that its files hold at present."""

CARRIED = frozenset({LayerKind.INTERPRETER, LayerKind.SYSTEM, LayerKind.CODE})
"""Kinds of layer that only the manifest tells apart from the overlay."""

UNLISTED = CARRIED | {LayerKind.OVERLAY, LayerKind.HOME}
"""Kinds of layer whose files and hashes only the manifest lists."""

EPOCH = 315_576_000
"""Modification time of everything in an archive, seconds: noon of 1980-01-01. Zip
files know nothing earlier, and GNU tar finds 0 implausible."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameOf:
    """One layer of an archive: what it is and which frame holds it."""

    name: str
    version: str
    build: str
    kind: LayerKind
    frame: Frame
    paths: tuple[str, ...] = ()
    """Its files and links, for a layer that no RECORD and no conda-meta lists."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All that is known of an archive without unpacking it."""

    platform: str
    python: str
    compression: str
    """`zstd` or `gzip`."""
    layers: tuple[FrameOf, ...]
    """In the order in which their frames stand in the archive."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """What the target machine must have, as `{"glibc": "2.28"}`."""
    command: tuple[str, ...] = ()
    """The application's command, relative to the prefix, if it has one."""
    slim: bool = False
    """Files that only developers need were left out."""

    @property
    def content_size(self) -> int:
        """Bytes of all frames when decompressed."""
        return sum(layer.frame.content_size for layer in self.layers)

    @property
    def files(self) -> int:
        """Number of files and links."""
        return sum(layer.frame.files for layer in self.layers)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place to patch."""
        return tuple(place for layer in self.layers for place in layer.frame.places)


def write_manifest(manifest: Manifest) -> bytes:
    """Give *manifest* as JSON: the same manifest is always the same bytes."""
    data: dict[str, Any] = {
        "caddis": FORMAT,
        "platform": manifest.platform,
        "python": manifest.python,
        "compression": manifest.compression,
        "needs": dict(sorted(manifest.needs.items())),
        "command": list(manifest.command),
        **({"slim": True} if manifest.slim else {}),
        "layers": [_layer_data(layer) for layer in manifest.layers],
    }
    text = json.dumps(data, indent=1, ensure_ascii=False)
    # What in a name is no text is escaped, which is how JSON says it, too.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_manifest(text: bytes) -> Manifest:
    """Read what `write_manifest` wrote.

    Raises:
        ArchiveError: *text* is not a manifest, or one of a later caddis.
    """
    try:
        data = json.loads(text)
        version = data["caddis"]
        if version > FORMAT:
            raise ArchiveError(
                f"the archive has format {version}; this caddis knows {FORMAT}",
                hint="Unpack it with a newer caddis: pip install -U caddis.",
            )
        return Manifest(
            platform=read_word(data["platform"]),
            python=read_word(data["python"]),
            compression=read_word(data["compression"]),
            needs={read_word(k): read_word(v) for k, v in data["needs"].items()},
            command=tuple(map(str, data["command"])),
            slim=bool(data.get("slim", False)),
            layers=tuple(_read_layer(layer) for layer in data["layers"]),
        )
    except (
        *(KeyError, TypeError, ValueError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise ArchiveError(
            f"the manifest of the archive cannot be read ({error})",
            hint="The file is damaged or was not made by caddis; copy it again.",
        ) from None


def place_data(place: Place) -> dict[str, Any]:
    """Give *place* as plain data, as the relocator reads it."""
    return {key: value for key, value in asdict(place).items() if value}


def read_place(data: Mapping[str, Any]) -> Place:
    """Read what `place_data` gave."""
    return Place(
        path=str(data["path"]),
        placeholder=str(data["placeholder"]),
        offsets=tuple(map(int, data["offsets"])),
        ends=tuple(map(int, data.get("ends", ()))),
        record=str(data.get("record", "")),
    )


def frame_data(frame: Frame) -> dict[str, Any]:
    """Give *frame* as plain data."""
    return {
        "sha256": frame.sha256,
        "size": frame.size,
        "content_size": frame.content_size,
        "content_sha256": frame.content_sha256,
        "files": frame.files,
        "places": [place_data(place) for place in frame.places],
        **({"hashes": list(frame.hashes)} if frame.hashes else {}),
    }


def read_frame(data: Mapping[str, Any]) -> Frame:
    """Read what `frame_data` gave."""
    return Frame(
        sha256=str(data["sha256"]),
        size=int(data["size"]),
        content_size=int(data["content_size"]),
        content_sha256=str(data.get("content_sha256", "")),
        files=int(data["files"]),
        places=tuple(read_place(place) for place in data["places"]),
        hashes=tuple(bytes.fromhex(text).hex() for text in data.get("hashes", ())),
    )


def read_word(value: object) -> str:
    """Read what will be told to people: it must not steer their terminal."""
    word = str(value)
    if not word.isprintable():
        raise ValueError(f"{word!r} is no name")
    return word


def _layer_data(layer: FrameOf) -> dict[str, Any]:
    return {
        "name": layer.name,
        "version": layer.version,
        "build": layer.build,
        "kind": layer.kind.value,
        **frame_data(layer.frame),
        **({"paths": list(layer.paths)} if layer.paths else {}),
    }


def _read_layer(data: Mapping[str, Any]) -> FrameOf:
    frame, paths = read_frame(data), tuple(map(str, data.get("paths", ())))
    if frame.hashes and len(frame.hashes) != len(paths):
        raise ValueError(f"the hashes of {data['name']} are not those of its files")
    return FrameOf(
        name=read_word(data["name"]),
        version=read_word(data["version"]),
        build=read_word(data["build"]),
        kind=LayerKind(data["kind"]),
        frame=frame,
        paths=paths,
    )
