"""How unpacking learns which compression a file has."""

from __future__ import annotations

from collections.abc import Callable

from caddis.ports.frames import Codec

ChooseCodec = Callable[[bytes], Codec]
"""Takes the first bytes of a file; raises ArchiveError when it knows none."""
