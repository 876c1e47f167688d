r"""Names that Windows reads as something else than other systems do.

There `..\x` leads up, `C:x` leads to another disk, `x:y` writes beside what `x` holds,
`x.` is `x`, and NUL is a device in every folder.
https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

from __future__ import annotations

import re

_MISREAD = re.compile(
    r"""
    [\x00-\x1f"*:<>?|\\]               # no name has these
    | [. ](?:/|\Z)                     # what ends a name and is dropped
    | (?:\A|/)                         # a device, whatever its ending
      (?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3])
      [ ]*(?:[./]|\Z)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STEPS = re.compile(r"(?:\A|(?<=/))\.{1,2}(?:/|\Z)")
"""`.` and `..` in the target of a link."""


def is_misread_on_windows(path: str) -> bool:
    r"""Say whether *path*, of names with `/` between, means another place on Windows.

    >>> is_misread_on_windows("lib/x.py"), is_misread_on_windows(r"lib\..\..\x")
    (False, True)
    """
    return _MISREAD.search(_STEPS.sub("", path)) is not None
