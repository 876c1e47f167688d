"""Let `ctypes.util.find_library` find the libraries that travel with this Python.

caddis copies this file into `ctypes`, beside `util.py`, which uses it. What asks the
loader for `libcairo.so.2` finds it by the run path of Python; what asks where cairo is
would be told of the machine's libraries alone.
"""

import os
from typing import Callable, Optional

_LIB = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""Of the environment, from `lib/pythonX.Y/ctypes`."""
_FOLDERS = (os.path.join(_LIB, "last-resort"), _LIB)

_OF_GLIBC = {
    "c": "libc.so.6",
    "dl": "libdl.so.2",
    "m": "libm.so.6",
    "pthread": "libpthread.so.0",
    "rt": "librt.so.1",
}
"""What is on every machine that this Python runs on, ldconfig or not."""

Find = Callable[[str], Optional[str]]


def or_carried(find: Find) -> Find:
    """Give what asks *find* first, and then looks among the carried libraries."""

    def find_library(name: str) -> Optional[str]:
        return find(name) or carried(name)

    return find_library


def carried(name: str) -> Optional[str]:
    """Find the library *name*, as `cairo`; None when nothing brought it along."""
    for folder in _FOLDERS:
        try:
            files = sorted(os.listdir(folder))
        except OSError:
            continue
        for file in files:
            if file.startswith("lib%s.so" % name):
                return os.path.join(folder, file)
    return _OF_GLIBC.get(name) if os.path.isdir(_FOLDERS[0]) else None
