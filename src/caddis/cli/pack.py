"""Make an archive of an environment, interpreter included.

    caddis pack FOLDER -o OUT.tar.zst     scan, lock, install and pack a project
    caddis pack -p PREFIX -o OUT.tar.gz   pack an environment that exists

The ending of OUT chooses the format. tar reads both; a minimal system has gzip only.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from caddis.cli.console import Console, add_output_options
from caddis.cli.places import cache_folder
from caddis.errors import UsageError


def configure(parser: ArgumentParser) -> None:
    """Add the options of `caddis pack`."""
    parser.add_argument("folder", nargs="?", type=Path, help="the project")
    parser.add_argument("-p", "--prefix", type=Path, help="the environment to pack")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, help="NAME.tar.zst or NAME.tar.gz"
    )
    add_output_options(parser)


def run(args: Namespace) -> int:
    """Pack and say what the archive holds."""
    if (args.folder is None) == (args.prefix is None):
        raise UsageError(
            "name either a project's FOLDER or an environment with -p PREFIX",
            hint="As in: caddis pack my-analysis -o my-analysis.tar.zst",
        )
    from caddis.adapters.codecs import codec_for_name
    from caddis.adapters.elf import ElfTools
    from caddis.adapters.frame_cache import DiskFrameCache
    from caddis.adapters.interpreters import LocalInterpreters
    from caddis.host import this_host
    from caddis.stages.pack import Packer, pack
    from caddis.stages.record import Tools, record

    elf = ElfTools()
    packer = Packer(
        codec=codec_for_name(args.output.name),
        cache=DiskFrameCache(cache_folder()),
        elf=elf,
    )
    tools = Tools(interpreters=LocalInterpreters(), elf=elf, host=this_host())
    with Console(quiet=args.quiet, as_json=args.json) as console:
        with console.stage("record") as stage:
            stack = record(args.prefix, tools=tools)
            stage.result = f"{len(stack.layers)} layers"
        for note in stack.notes:
            console.note(note)
        with console.stage("pack") as stage:
            packed = pack(stack, args.output, packer=packer, reporter=console)
            stage.result = f"{args.output}, {packed.size / 2**20:.1f} MiB"
    return 0
