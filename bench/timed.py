"""Run a command and write what it cost as JSON: `python -IS timed.py OUT COMMAND…`.

A process of its own and as small as can be, because Linux starts the peak of a child
at the size of its parent.
"""

import json
import os
import sys
import time

out, command = sys.argv[1], sys.argv[2:]
start = time.perf_counter()
process = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
cost = {
    "wall": wall,
    "cpu": usage.ru_utime + usage.ru_stime,
    "peak": usage.ru_maxrss / 1024,
}
with open(out, "w", encoding="utf-8") as file:
    json.dump(cost, file)
sys.exit(os.waitstatus_to_exitcode(status))
