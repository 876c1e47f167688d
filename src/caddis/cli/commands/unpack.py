"""Make a running environment out of an archive.

    caddis unpack ARCHIVE -p PREFIX
    caddis unpack DELTA -p PREFIX --onto OLD-PREFIX

Every frame is checked; PREFIX is there when all is done and found to be right, or
not at all. Without caddis: tar -xf ARCHIVE -C FOLDER, then run FOLDER/bin/PROGRAM or
`source FOLDER/bin/activate`.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from caddis.cli.archives.onto import (
    add_onto_options,
    delta_content,
    is_delta,
    open_delta_file,
)
from caddis.cli.archives.reading import (
    add_signature_options,
    open_any_archive,
    signer_of,
)
from caddis.cli.console import Console, add_output_options
from caddis.model.words import counted, on_one_line

if TYPE_CHECKING:
    from caddis.adapters.archive_file import ArchiveFile
    from caddis.stages.unpack.compiling import MakeCompiler
    from caddis.stages.unpack.content import Content

_MOST_PROCESSES = 8
"""More would wait for the disk."""


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis unpack`."""
    parser.add_argument(
        "archive", type=Path, metavar="ARCHIVE", help="what caddis pack or delta wrote"
    )
    parser.add_argument(
        "-p", "--prefix", type=Path, required=True, help="a folder that is not there"
    )
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="unpack even if the environment cannot run on this machine",
    )
    parser.add_argument(
        "--compile",
        action="store_true",
        help="make all bytecode now, in parallel, not at the first imports",
    )
    add_onto_options(parser)
    add_signature_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Unpack and say where the environment is."""
    from caddis.adapters.forks import Forks
    from caddis.host import this_glibc, this_host
    from caddis.stages.unpack import check_machine, unpack

    with Console(quiet=args.quiet, as_json=args.json) as console:
        with console.stage("unpack") as stage:
            archive = _open(args)
            signer = signer_of(archive, args)
            manifest = archive.manifest
            if not args.anyway:
                check_machine(manifest, host=this_host(), glibc=this_glibc())
            with _content(args, archive) as content:
                skipped = unpack(
                    archive,
                    args.prefix,
                    content=content,
                    compiler=_make_compiler(manifest.python) if args.compile else None,
                    workers=Forks(min(os.cpu_count() or 1, _MOST_PROCESSES)),
                    reporter=console,
                )
            stage.result = f"{counted(manifest.files, 'file')} in {args.prefix}"
        for path in skipped:
            told = on_one_line(path)
            console.note(f"{told} could not be relocated; its content is not known")
        console.result(
            "",
            {
                "prefix": str(args.prefix),
                "files": manifest.files,
                "bytes": manifest.content_size,
                "layers": len(manifest.layers),
                "python": manifest.python,
                "platform": manifest.platform,
                "not_relocated": list(skipped),
                "signer": signer,
            },
        )
    return 0


def _open(args: Namespace) -> ArchiveFile:
    if is_delta(args):
        return open_delta_file(args.archive)
    return open_any_archive(args.archive)


def _content(
    args: Namespace, archive: ArchiveFile
) -> AbstractContextManager[Content | None]:
    """Give what makes the layers of a delta; an archive's are its frames."""
    from caddis.adapters.archive_file import DeltaFile

    if isinstance(archive, DeltaFile):
        return delta_content(args, archive)
    return nullcontext()


def _make_compiler(version: str) -> MakeCompiler:
    from caddis.adapters.interpreters import BytecodeCompiler
    from caddis.host import this_host

    return lambda top: BytecodeCompiler(this_host().python(top), version)
