"""trim: leave files out of an environment, and replace some by smaller ones.

What a package says of its files (RECORD, conda-meta) is kept true, so that pip, uv,
conda and `caddis verify` see a package that has exactly the files that are there.
"""

from caddis.stages.trim.filters import Filter, leave_out
from caddis.stages.trim.slim import LeftOut, SlimPlan, apply_slim, plan_slim
from caddis.stages.trim.without import Smaller

__all__ = [
    "Filter",
    "LeftOut",
    "SlimPlan",
    "Smaller",
    "apply_slim",
    "leave_out",
    "plan_slim",
]
