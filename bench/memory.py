"""Take memory and give it back at once: `python -IS memory.py MIB`.

A guest may have given its free memory back to the machine below it, and then waits for
every page that it writes to; so it is what ran before that decides what a run takes. A
page that was just in use is there.
"""

import mmap
import sys

_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE

mmap.mmap(-1, int(sys.argv[1]) << 20, flags=_FLAGS).close()
