"""A folder of Python in, an environment that runs anywhere out.

The verbs of the command line are functions here too: `scan`, `lock`, `sync`, `record`,
`pack`, `unpack`. Each is imported when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # Not typing's: until that is read, Ctrl-C makes a traceback.
if TYPE_CHECKING:
    from typing import Any

    from caddis.stages.lock import lock as lock
    from caddis.stages.pack import pack as pack
    from caddis.stages.record import record as record
    from caddis.stages.scan import scan as scan
    from caddis.stages.sync import sync as sync
    from caddis.stages.unpack import unpack as unpack

__version__ = "0.1.0"

__all__ = ["__version__", "lock", "pack", "record", "scan", "sync", "unpack"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'caddis' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"caddis.stages.{name}"), name)
