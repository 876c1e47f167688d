"""Which commands there are; their modules are imported when they are called.

A command's module has a docstring (its help), `configure(parser)`, which adds its
options, and `run(args) -> int`, which does it and returns the exit code. It may have
`prepare(words) -> words`, which changes the words before they are read.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One word that may follow `caddis`."""

    name: str
    module: str
    summary: str


_ALL = (
    Command("scan", "caddis.cli.scan", "list what the code of a folder imports"),
    Command("lock", "caddis.cli.lock", "choose every package, exactly"),
    Command("sync", "caddis.cli.sync", "make a prefix equal to the lock"),
    Command("run", "caddis.cli.run", "run a program in a project's environment"),
    Command("compile", "caddis.cli.compile", "pin requirements files"),
    Command("export", "caddis.cli.export", "write the lock for other tools"),
    Command("record", "caddis.cli.record", "write down what an environment is"),
    Command("clone", "caddis.cli.clone", "make an environment once more"),
    Command("diff", "caddis.cli.diff", "compare two environments"),
    Command("relax", "caddis.cli.relax", "make pins of long ago resolve again"),
    Command("pack", "caddis.cli.pack", "make an archive of a folder's environment"),
    Command("unpack", "caddis.cli.unpack", "make an environment out of an archive"),
    Command("delta", "caddis.cli.delta", "write what changed between two archives"),
    Command("names", "caddis.cli.names", "show and refresh what caddis knows of names"),
    Command("inspect", "caddis.cli.inspect", "tell what an archive holds"),
    Command("cache", "caddis.cli.cache", "show and clear what caddis keeps"),
    Command("verify", "caddis.cli.verify", "find what changed in what was packed"),
)

COMMANDS = {command.name: command for command in _ALL}
