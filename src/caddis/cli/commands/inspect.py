"""Tell what an archive, a delta, an image or an unpacked environment holds.

caddis inspect ARCHIVE             its layers, and what the target machine needs
caddis inspect ARCHIVE --files     every file with its layer
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.archives.reading import (
    Described,
    describe_any,
    is_image,
    open_archive_or_delta,
)
from caddis.cli.console import Console, add_output_options
from caddis.model.words import counted, in_units, on_one_line

if TYPE_CHECKING:
    from caddis.model.archive import FrameOf, Manifest
    from caddis.stages.inspect import ListedFile


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis inspect`."""
    parser.add_argument(
        "archive",
        type=Path,
        metavar="ARCHIVE",
        help="what caddis pack or delta wrote, or an environment unpacked from it",
    )
    parser.add_argument(
        "--files", action="store_true", help="list the files with their layer"
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Print the manifest for people or for programs."""
    held = describe_any(args.archive)
    data = _data(held)
    text = _text(held)
    if args.files:
        files = list(_files(args.archive))
        data["files_listed"] = [_file_data(file) for file in files]
        text = "\n".join(map(_file_text, files))
    with Console(quiet=args.quiet, as_json=args.json) as console:
        console.result(text, data)
    return 0


def _files(path: Path) -> Iterator[ListedFile]:
    """List the files of an archive, a delta, an image or a folder."""
    from caddis.stages.inspect import list_prefix, with_layers

    if path.is_dir():
        yield from list_prefix(path)
    elif is_image(path):
        from caddis.adapters.squashfs import extract_image, list_image
        from caddis.model.passing import passing_folder
        from caddis.model.prefix.stated import RECORDS

        with passing_folder("inspect") as passing:
            extract_image(path, passing, *RECORDS)
            yield from with_layers(list_image(path), passing)
    else:
        yield from _in_archive(path)


def _in_archive(path: Path) -> Iterator[ListedFile]:
    from caddis.adapters.archive_file import DeltaFile
    from caddis.stages.inspect import list_delta, list_files

    archive = open_archive_or_delta(path)
    if isinstance(archive, DeltaFile):
        return list_delta(archive)
    return list_files(archive)


def _data(held: Described) -> dict[str, Any]:
    manifest = held.manifest
    return {
        "archive": str(held.path),
        "size": held.size,
        "content_size": manifest.content_size,
        "files": manifest.files,
        "platform": manifest.platform,
        "python": manifest.python,
        "compression": manifest.compression,
        "needs": dict(manifest.needs),
        "command": list(manifest.command),
        "signed": held.signed,
        "slim": manifest.slim,
        "places": len(manifest.places),
        "layers": list(map(_layer_data, manifest.layers, held.parts)),
    }


def _layer_data(layer: FrameOf, size: int) -> dict[str, Any]:
    return {
        "name": layer.name,
        "version": layer.version,
        "build": layer.build,
        "kind": layer.kind.value,
        "size": size,
        "content_size": layer.frame.content_size,
        "files": layer.frame.files,
        "sha256": layer.frame.sha256,
    }


def _file_data(file: ListedFile) -> dict[str, Any]:
    item = file.item
    return {
        "path": item.path,
        "layer": file.layer,
        "size": item.size,
        "executable": item.executable and not item.link and not item.folder,
        "link": item.link,
    }


def _text(held: Described) -> str:
    manifest = held.manifest
    command = on_one_line(" ".join(manifest.command))
    return "\n".join(
        (
            f"platform  {manifest.platform}",
            f"python    {manifest.python or 'none'}",
            f"needs     {_needs(manifest)}",
            *([f"command   {command}"] if command else ()),
            f"signed    {'yes' if held.signed else 'no'}",
            *(["slim      yes, see .caddis/left-out.txt"] if manifest.slim else ()),
            "",
            f"{'LAYER':<32} {'VERSION':<16} {'KIND':<11}"
            f" {'PACKED':>10} {'UNPACKED':>10} {'FILES':>7}",
            *map(_layer_text, manifest.layers, held.parts),
            f"{counted(len(manifest.layers), 'layer'):<61}"
            f" {in_units(held.size):>10} {in_units(manifest.content_size):>10}"
            f" {manifest.files:>7,}",
        )
    )


def _needs(manifest: Manifest) -> str:
    needs = (f"{name} {version}" for name, version in sorted(manifest.needs.items()))
    return ", ".join(needs) or "nothing"


def _layer_text(layer: FrameOf, size: int) -> str:
    packed, unpacked = in_units(size), in_units(layer.frame.content_size)
    return (
        f"{layer.name:<32} {layer.version:<16} {layer.kind.value:<11}"
        f" {packed:>10} {unpacked:>10} {layer.frame.files:>7,}"
    )


def _file_text(file: ListedFile) -> str:
    item = file.item
    arrow = f" -> {on_one_line(item.link)}" if item.link else ""
    name = on_one_line(item.path) + ("/" if item.folder else "")
    return f"{item.size:>12,}  {file.layer:<24} {name}{arrow}"
