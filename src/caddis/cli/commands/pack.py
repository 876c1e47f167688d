"""Make an archive of an environment, interpreter included.

    caddis pack FOLDER -o OUT.tar.zst     scan, lock, install and pack a project
    caddis pack -p PREFIX -o OUT.tar.gz   pack an environment that exists
    caddis pack -n NAME -o OUT.tar.gz     one that caddis, conda, mamba or pixi keeps
    caddis pack -o OUT.tar.gz             the active one; with none, the project here
                                          if it has a lock
    caddis pack --lock FILE -o OUT.tar.gz what a lock names, for any platform, with
                                          nothing installed

The ending of OUT chooses the format: .tar.zst, .tar.gz (for minimal systems), .zip,
.sh (unpacks itself), .squashfs (to mount), or FOLDER/ for plain files.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caddis.cli.archives.application import add_application_options, make_application
from caddis.cli.archives.formats import OUTPUT_HELP, SEPARATORS
from caddis.cli.archives.pack_project import pack_folder
from caddis.cli.archives.pack_ways import choose_way
from caddis.cli.archives.packing import make_packer, make_supplies
from caddis.cli.archives.recording import add_recording_options, recording
from caddis.cli.archives.trimming import (
    Trimming,
    add_trim_options,
    compress_level,
    thread_count,
)
from caddis.cli.asked_python import chosen_python
from caddis.cli.chosen import chosen_prefix
from caddis.cli.console import Console, add_output_options
from caddis.cli.engines import make_rattler, make_uv
from caddis.cli.groups import add_group_options, chosen_groups
from caddis.cli.locking.options import add_lock_options
from caddis.cli.parser import add_project_switch
from caddis.errors import UsageError
from caddis.host import HOSTS, Host, this_host
from caddis.model.whole import check_folder_of

if TYPE_CHECKING:
    from caddis.stages.pack import Packed, Packer
    from caddis.workflow.environment import MakeCompiler, Wishes


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis pack`."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="the project: a folder, script or notebook",
    )
    parser.add_argument("-p", "--prefix", type=Path, help="the environment to pack")
    parser.add_argument("-n", "--name", help="the environment to pack, by its name")
    parser.add_argument(
        "--lock",
        type=Path,
        metavar="FILE",
        help="the lock to pack, for one --platform; else for this one",
    )
    add_project_switch(parser)
    add_group_options(parser)
    parser.add_argument(
        "-o", "--output", required=True, metavar="OUT", help=OUTPUT_HELP
    )
    parser.add_argument(
        "--keep-prefix",
        type=Path,
        metavar="PREFIX",
        help="where to install a project's packages; else a folder in the cache",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 if a package's file was edited, is missing or was replaced",
    )
    add_recording_options(parser)
    parser.add_argument(
        "--pyc",
        action="store_true",
        help="carry bytecode, made anew, instead of leaving it to the first imports",
    )
    parser.add_argument(
        "--dest-prefix",
        type=Path,
        metavar="PREFIX",
        help="where it will be used, if that is known: it is relocated already",
    )
    parser.add_argument(
        "--sign", type=Path, metavar="KEY", help="sign with this SSH key (ssh-keygen)"
    )
    add_trim_options(parser)
    add_application_options(parser)
    add_lock_options(parser)
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Pack and say what the archive holds."""
    choose_way(args)
    _check_place(args.output)
    packer = make_packer(
        args.output,
        dest_prefix=args.dest_prefix,
        sign=args.sign,
        extend=make_application(args),
        compress=compress_level(args),
        threads=thread_count(args, cores=os.cpu_count() or 1),
    )
    with Console(quiet=args.quiet, as_json=args.json) as console:
        trimming = Trimming(args, packer, console)
        packer = replace(packer, trim=trimming.trim)
        if args.folder is not None:
            packed = pack_folder(args, packer, _wishes(args), console)
        elif args.lock is not None:
            packed = _pack_lock(args, packer, console)
        else:
            from caddis.workflow.environment import pack_prefix

            packed = pack_prefix(
                chosen_prefix(args),
                Path(args.output),
                packer=packer,
                tools=recording(args, console),
                wishes=_wishes(args),
                narrator=console,
            )
        console.result("", {**_data(packed, Path(args.output)), **trimming.data()})
    return 0


def _check_place(text: str) -> None:
    """Say before the work starts that its result has no place."""
    out = Path(text)
    check_folder_of(out)
    if out.is_dir() and not text.endswith(SEPARATORS):
        raise UsageError(
            f"{text} is a folder",
            hint="Name a file, or end it in / to write plain files there.",
        )


def _wishes(args: Namespace) -> Wishes:
    from caddis.workflow.environment import Wishes

    return Wishes(strict=args.strict, bytecode=_make_compiler(args))


def _pack_lock(args: Namespace, packer: Packer, console: Console) -> Packed:
    from caddis.workflow.locked import Machine, Share, pack_lock

    return pack_lock(
        args.lock,
        Path(args.output),
        host=_chosen_host(args.platform),
        packer=packer,
        supplies=make_supplies(args),
        machine=Machine(
            tools=recording(args, console),
            find_python=make_uv(args).find_python,
            python=lambda: chosen_python(args.python),
            channels=lambda: make_rattler(args),
            bytecode=_make_compiler(args),
        ),
        narrator=console,
        share=Share(groups=chosen_groups(args), project=not args.no_project),
    )


def _chosen_host(platforms: list[str]) -> Host:
    """Find the platform to pack for: the one that is named, or this one."""
    if len(platforms) > 1:
        raise UsageError(
            "an archive is for one platform", hint="Pack once for each --platform."
        )
    if not platforms:
        return this_host()
    host = HOSTS.get(platforms[0])
    if host is None:
        raise UsageError(
            f"caddis knows no platform {platforms[0]}",
            hint=f"It knows {', '.join(HOSTS)}.",
        )
    return host


def _make_compiler(args: Namespace) -> MakeCompiler | None:
    if not args.pyc:
        return None
    from caddis.adapters.interpreters import BytecodeCompiler

    return BytecodeCompiler


def _data(packed: Packed, out: Path) -> dict[str, Any]:
    """Describe *packed* for programs."""
    manifest = packed.manifest
    return {
        "archive": str(out),
        "size": packed.size,
        "content_size": manifest.content_size,
        "files": manifest.files,
        "platform": manifest.platform,
        "python": manifest.python,
        "needs": dict(manifest.needs),
        "frames_cached": packed.cached,
        "layers": [
            {
                "name": layer.name,
                "version": layer.version,
                "kind": layer.kind.value,
                "size": layer.frame.size,
                "files": layer.frame.files,
            }
            for layer in manifest.layers
        ],
    }
