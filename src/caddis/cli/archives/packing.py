"""What packing takes from this machine: tools, supplies and ways to write archives."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caddis import __version__
from caddis.cli.engines import declared_beside, make_store, make_uv
from caddis.cli.places import cache_folder, scratch_folder
from caddis.host import this_host

if TYPE_CHECKING:
    from caddis.model.layers import Stack
    from caddis.stages.assemble import Supplies
    from caddis.stages.pack import Packer
    from caddis.stages.record import Tools


def make_recording() -> Tools:
    """Set up what recording an environment needs."""
    from caddis.adapters.elf import ElfTools
    from caddis.adapters.interpreters import LocalInterpreters
    from caddis.adapters.memory.records import DiskRecordMemory
    from caddis.stages.record import Tools

    return Tools(
        interpreters=LocalInterpreters(),
        elf=ElfTools(cache_folder() / "elf.json"),
        host=this_host(),
        memory=DiskRecordMemory(cache_folder(), version=__version__),
    )


def make_supplies(args: Namespace) -> Supplies:
    """Set up what assembling a lock needs."""
    from caddis.adapters.git.checkout import GitCheckouts
    from caddis.adapters.launchers import DistlibLaunchers
    from caddis.adapters.uv.kept_wheels import KeptWheels
    from caddis.stages.assemble import Supplies

    named = (getattr(args, name, None) for name in ("lock", "folder"))
    declared = declared_beside(args) if any(named) else None
    return Supplies(
        packages=make_store(args, declared),
        launchers=DistlibLaunchers(),
        builder=KeptWheels(
            builder=make_uv(args, declared),
            folder=cache_folder() / "built",
            variables=os.environ,
            leave_out=_output(args),
        ),
        checkouts=GitCheckouts(
            os.environ, logins=declared.addresses if declared else ()
        ),
        here=this_host(),
    )


def _output(args: Namespace) -> Path | None:
    output = getattr(args, "output", None)
    return Path(output).absolute() if output else None


def make_packer(
    out: str,
    *,
    dest_prefix: Path | None = None,
    sign: Path | None = None,
    extend: Callable[[Stack], Stack] | None = None,
    compress: str = "",
    threads: int = 2,
) -> Packer:
    """Set up what packing needs; the name of *out* decides the format."""
    from caddis.adapters.elf import ElfTools
    from caddis.adapters.forks import Forks
    from caddis.adapters.frame_cache import DiskFrameCache
    from caddis.cli.archives.formats import choose_format, is_wrapped_at_prefix
    from caddis.stages.pack import Packer

    chosen = choose_format(
        out, dest_prefix=dest_prefix, compress=compress, threads=threads
    )
    packer = Packer(
        codec=chosen.codec,
        cache=DiskFrameCache(cache_folder()),
        elf=ElfTools(),
        workers=Forks(threads),
        wrap=chosen.wrap,
        sign=_make_sign(sign) if sign else None,
        extend=extend,
    )
    if dest_prefix is None or is_wrapped_at_prefix(out):
        return packer
    return replace(packer, settle=partial(_settled, dest_prefix, packer))


def _settled(
    dest_prefix: Path, packer: Packer, stack: Stack
) -> AbstractContextManager[Stack]:
    from caddis.cli.archives.reading import choose_codec
    from caddis.workflow.settle import settled

    return settled(
        stack, dest_prefix, packer=packer, choose=choose_codec, scratch=scratch_folder()
    )


def _make_sign(key: Path) -> Callable[[bytes], bytes]:
    from caddis.adapters.ssh_keygen import SshKeygen

    return lambda text: SshKeygen().sign(text, key=key)
