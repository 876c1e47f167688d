"""Tell whether an archive or an environment is as it was made.

    caddis verify ARCHIVE                             every byte, of a delta as well
    caddis verify ARCHIVE --verify ALLOWED_SIGNERS    and who signed it
    caddis verify PREFIX                              every file of every package
    caddis verify -n NAME                             the same, by its name

The exit code is 8 for a damaged archive or image, 1 for changed files elsewhere.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.archives.reading import (
    add_signature_options,
    is_image,
    open_archive_or_delta,
    signer_of,
)
from caddis.cli.chosen import add_prefix_options, chosen_prefix
from caddis.cli.console import Console, add_output_options
from caddis.errors import ArchiveError, CheckFailed, UsageError
from caddis.model.words import counted, on_one_line

if TYPE_CHECKING:
    from caddis.model.changed_file import ChangedFile


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis verify`."""
    parser.add_argument(
        "what",
        nargs="?",
        type=Path,
        metavar="WHAT",
        help="an archive, an image or an environment",
    )
    add_prefix_options(parser)
    add_signature_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Verify and name all that is not right."""
    if args.what is None:
        args.what = chosen_prefix(args)
    elif args.prefix or args.name:
        raise UsageError(
            "WHAT, -p PREFIX and -n NAME each say what to verify",
            hint="Give one of them.",
        )
    with Console(quiet=args.quiet, as_json=args.json) as console:
        if args.what.is_dir():
            _verify_prefix(args, console)
        elif is_image(args.what):
            _verify_image(args, console)
        else:
            _verify_archive(args, console)
    return 0


def _verify_archive(args: Namespace, console: Console) -> None:
    from caddis.adapters.archive_file import DeltaFile
    from caddis.stages.verify import verify_archive, verify_delta

    with console.stage("verify") as stage:
        archive = open_archive_or_delta(args.what)
        signer = signer_of(archive, args)
        if isinstance(archive, DeltaFile):
            damages = verify_delta(archive, reporter=console)
        else:
            damages = verify_archive(archive, reporter=console)
        frames = counted(len(archive.manifest.layers), "frame")
        stage.result = f"{frames} in {args.what}"
    data = {
        "archive": str(args.what),
        "frames": len(archive.manifest.layers),
        "signer": signer,
        "damaged": [damage.part for damage in damages],
    }
    console.result(f"signed by {signer}" if signer else "", data)
    if damages:
        raise ArchiveError(
            f"{args.what}: " + "; ".join(map(str, damages)),
            hint="The archive changed after it was made; copy it again.",
        )


def _verify_image(args: Namespace, console: Console) -> None:
    from caddis.adapters.squashfs import is_whole

    _refuse_signers(args)
    with console.stage("verify") as stage:
        if is_whole(args.what):
            stage.result = f"every bit of {args.what}"
            console.result("", {"archive": str(args.what), "damaged": []})
            return
        changed = _changed_in_image(args.what, console)
        files = counted(len(changed), "file")
        stage.result = f"{files} of {args.what} cannot be read as made"
    _tell(changed, console)
    console.result("", {"archive": str(args.what), "damaged": _as_data(changed)})
    packages = ", ".join(sorted({file.package for file in changed}))
    raise ArchiveError(
        f"{args.what}: {packages or 'what stands beside its files'} is damaged",
        hint="The image changed after it was made; copy it again.",
    )


def _changed_in_image(image: Path, console: Console) -> Sequence[ChangedFile]:
    """Unpack a damaged image for a moment to find out what is damaged."""
    from caddis.adapters.squashfs import extract_image
    from caddis.model.passing import passing_folder
    from caddis.stages.verify import verify_prefix

    with passing_folder("verify") as passing:
        extract_image(image, passing)
        return verify_prefix(passing, reporter=console).changed


def _verify_prefix(args: Namespace, console: Console) -> None:
    """Compare the files below a folder and tell of it."""
    from caddis.stages.verify import verify_prefix

    _refuse_signers(args)
    with console.stage("verify") as stage:
        verified = verify_prefix(args.what, reporter=console)
        stage.result = (
            f"{counted(verified.files, 'file')} with a hash,"
            f" {verified.unhashed:,} without one, {len(verified.changed):,} changed"
        )
    _tell(verified.changed, console)
    data = {
        "prefix": str(args.what),
        "files": verified.files,
        "unhashed": verified.unhashed,
        "changed": _as_data(verified.changed),
    }
    console.result("", data)
    if verified.changed:
        count = len(verified.changed)
        raise CheckFailed(
            f"{counted(count, 'file')} in {args.what} {'is' if count == 1 else 'are'}"
            " not as installed",
            hint="Unpack its archive again; a prefix that has a lock is mended by"
            " caddis sync -p PREFIX.",
        )


def _refuse_signers(args: Namespace) -> None:
    if args.verify is not None:
        raise UsageError(
            "a signature belongs to an archive, not to an environment or an image",
            hint="Verify the archive before unpacking: caddis unpack --verify.",
        )


def _tell(changed: Sequence[ChangedFile], console: Console) -> None:
    for file in changed:
        path = on_one_line(file.path)
        console.note(f"{path} of {file.package} is {file.state.value}")


def _as_data(changed: Sequence[ChangedFile]) -> list[dict[str, str]]:
    return [
        {"path": file.path, "package": file.package, "state": file.state.value}
        for file in changed
    ]
