"""Which commands there are; their modules are imported when they are called.

The module NAME here has a docstring (its help), `configure(parser)`, which adds its
options, and `run(args) -> int`, which does it and returns the exit code. It may have
`prepare(words) -> words`, which changes the words before they are read.
"""

from __future__ import annotations

COMMANDS = {
    "scan": "list what the code of a folder imports",
    "lock": "choose every package, exactly",
    "sync": "make a prefix equal to the lock",
    "run": "run a program in a project's environment",
    "compile": "pin requirements files",
    "export": "write the lock for other tools",
    "record": "write down what an environment is",
    "clone": "make an environment once more",
    "diff": "compare two environments",
    "relax": "make pins of long ago resolve again",
    "pack": "make an archive of a folder's environment",
    "unpack": "make an environment out of an archive",
    "delta": "write what changed between two archives",
    "names": "show and refresh what caddis knows of names",
    "inspect": "tell what an archive holds",
    "cache": "show and clear what caddis keeps",
    "verify": "find what changed in what was packed",
}
"""What each is for, by its name."""
