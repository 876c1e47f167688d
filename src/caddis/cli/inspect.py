"""Tell what an archive holds, without unpacking it.

caddis inspect ARCHIVE             its layers, and what the target machine needs
caddis inspect ARCHIVE --files     every file with its layer
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.archives import Described, describe_any, open_any_archive
from caddis.cli.console import Console, add_output_options

if TYPE_CHECKING:
    from caddis.model.archive import FrameOf, Manifest
    from caddis.stages.inspect import ListedFile


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis inspect`."""
    parser.add_argument("archive", type=Path, help="what caddis pack wrote")
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
        from caddis.stages.inspect import list_files

        files = list(list_files(open_any_archive(args.archive)))
        data["files_listed"] = [_file_data(file) for file in files]
        text = "\n".join(map(_file_text, files))
    with Console(quiet=args.quiet, as_json=args.json) as console:
        console.result(text, data)
    return 0


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
        "layers": [_layer_data(layer) for layer in manifest.layers],
    }


def _layer_data(layer: FrameOf) -> dict[str, Any]:
    return {
        "name": layer.name,
        "version": layer.version,
        "build": layer.build,
        "kind": layer.kind.value,
        "size": layer.frame.size,
        "content_size": layer.frame.content_size,
        "files": layer.frame.files,
        "sha256": layer.frame.sha256,
    }


def _file_data(file: ListedFile) -> dict[str, Any]:
    item = file.item
    return {
        "path": item.path,
        "layer": file.layer.name,
        "size": item.size,
        "executable": item.executable and not item.link and not item.folder,
        "link": item.link,
    }


def _text(held: Described) -> str:
    manifest = held.manifest
    return "\n".join(
        (
            f"platform  {manifest.platform}",
            f"python    {manifest.python or 'none'}",
            f"needs     {_needs(manifest)}",
            *([f"command   {' '.join(manifest.command)}"] if manifest.command else ()),
            f"signed    {'yes' if held.signed else 'no'}",
            *(["slim      yes, see .caddis/left-out.txt"] if manifest.slim else ()),
            "",
            f"{'LAYER':<32} {'VERSION':<16} {'KIND':<11}"
            f" {'PACKED':>10} {'UNPACKED':>10} {'FILES':>7}",
            *map(_layer_text, manifest.layers),
            f"{len(manifest.layers)} layers{'':<53}"
            f" {_size(held.size):>10} {_size(manifest.content_size):>10}"
            f" {manifest.files:>7,}",
        )
    )


def _needs(manifest: Manifest) -> str:
    needs = (f"{name} {version}" for name, version in sorted(manifest.needs.items()))
    return ", ".join(needs) or "nothing"


def _layer_text(layer: FrameOf) -> str:
    frame = layer.frame
    return (
        f"{layer.name:<32} {layer.version:<16} {layer.kind.value:<11}"
        f" {_size(frame.size):>10} {_size(frame.content_size):>10} {frame.files:>7,}"
    )


def _file_text(file: ListedFile) -> str:
    arrow = f" -> {file.item.link}" if file.item.link else ""
    slash = "/" if file.item.folder else ""
    return (
        f"{file.item.size:>12,}  {file.layer.name:<24} {file.item.path}{slash}{arrow}"
    )


def _size(size: int) -> str:
    return f"{size / 2**20:,.2f} MiB" if size >= 2**20 else f"{size / 2**10:,.1f} KiB"
