"""Opening archives, and who signed them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from caddis.errors import ArchiveError, PrefixError, UsageError

if TYPE_CHECKING:
    from caddis.adapters.archive_file import ArchiveFile
    from caddis.model.archive import Manifest
    from caddis.ports.archives import Archive
    from caddis.ports.frames import Codec


def add_signature_options(parser: ArgumentParser) -> None:
    """Add the options that demand a signature."""
    group = parser.add_argument_group("who made it")
    group.add_argument(
        "--verify",
        type=Path,
        metavar="ALLOWED_SIGNERS",
        help="refuse what nobody in this file signed; see ssh-keygen(1)",
    )
    group.add_argument(
        "--identity", default="", metavar="NAME", help="whose signature it must be"
    )


def check_signature_options(args: Namespace) -> None:
    """Refuse a name that nothing is asked to check."""
    if args.identity and not args.verify:
        raise UsageError(
            "--identity says whose signature --verify must find",
            hint="Add --verify ALLOWED_SIGNERS.",
        )


def open_any_archive(path: Path) -> ArchiveFile:
    """Open the archive *path*, whatever its format."""
    from caddis.adapters.archive_file import open_archive

    return open_archive(path, choose=choose_codec)


def open_archive_or_delta(path: Path) -> ArchiveFile:
    """Open what `caddis pack` or `caddis delta` wrote."""
    from caddis.adapters.archive_file import open_either

    return open_either(path, choose=choose_codec)


class Described(NamedTuple):
    """What holds an environment, whether archive, image or folder."""

    path: Path
    manifest: Manifest
    size: int
    """Bytes of the file; of a folder, those of its files."""
    signed: bool
    parts: tuple[int, ...]
    """Bytes that each layer takes in the file."""


def describe_any(path: Path) -> Described:
    """Read the manifest of an archive, a delta, an image or an unpacked environment."""
    from caddis.model.archive import MANIFEST, SIGNATURE, read_manifest

    if path.is_dir():
        place = path / MANIFEST
        if not place.is_file():
            raise PrefixError(
                f"{path} was not unpacked from an archive",
                hint="caddis record tells what any environment is.",
            )
        manifest = read_manifest(place.read_bytes())
        signed = (path / SIGNATURE).exists()
        size, parts = manifest.content_size, _frame_sizes(manifest)
        return Described(path, manifest, size, signed, parts)
    if is_image(path):
        from caddis.adapters.squashfs import list_image, read_from_image

        manifest = read_manifest(read_from_image(path, MANIFEST))
        signed = any(item.path == SIGNATURE for item in list_image(path))
        size, parts = path.stat().st_size, _frame_sizes(manifest)
        return Described(path, manifest, size, signed, parts)
    archive = open_archive_or_delta(path)
    size, signed = path.stat().st_size, bool(archive.signature)
    return Described(path, archive.manifest, size, signed, archive.sizes())


def _frame_sizes(manifest: Manifest) -> tuple[int, ...]:
    return tuple(layer.frame.size for layer in manifest.layers)


def is_image(path: Path) -> bool:
    """Say whether the file *path* is a squashfs image."""
    from caddis.adapters.squashfs import MAGIC

    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def choose_codec(start: bytes) -> Codec:
    """Choose by the first bytes of an archive.

    Raises:
        ArchiveError: they are those of something else.
    """
    from caddis.adapters.codecs import codec_for_content
    from caddis.adapters.squashfs import MAGIC
    from caddis.model.formats.zip_entries import LOCAL

    if start.startswith(LOCAL):
        from caddis.adapters.zip_codec import Zip

        return Zip()
    if start.startswith(MAGIC):
        raise ArchiveError(
            "this is an image, which is mounted and not unpacked",
            hint="mount -o loop,ro IMAGE FOLDER",
        )
    return codec_for_content(start)


def signer_of(archive: Archive, args: Namespace) -> str:
    """Say who signed *archive*, where that is asked for; else nothing.

    Raises:
        ArchiveError: it is not signed, not by them, or changed since.
    """
    check_signature_options(args)
    if args.verify is None:
        return ""
    from caddis.adapters.ssh_keygen import SshKeygen
    from caddis.stages.verify import check_signature

    return check_signature(
        archive, signer=SshKeygen(), allowed=args.verify, identity=args.identity
    )
