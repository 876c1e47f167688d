"""What the commands that read archives share."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.errors import UsageError

if TYPE_CHECKING:
    from caddis.adapters.archive_file import ArchiveFile
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


def choose_codec(start: bytes) -> Codec:
    """Choose by the first bytes of an archive."""
    from caddis.adapters.codecs import codec_for_content
    from caddis.adapters.zip_codec import MAGIC, Zip

    if start.startswith(MAGIC):
        return Zip()
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
