"""What caddis itself adds to an archive: activation and the relocator."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from caddis.host import HOSTS
from caddis.model.layers import Entry, Layer, LayerKind

_EVERYWHERE = ((".caddis/relocate.py", "relocate.py", False),)
_POSIX = (
    (".caddis/deactivate.csh", "deactivate.csh", False),
    ("bin/Activate.ps1", "Activate.ps1", False),
    ("bin/activate", "activate.sh", False),
    ("bin/activate.csh", "activate.csh", False),
    ("bin/activate.fish", "activate.fish", False),
    ("bin/caddis-unpack", "caddis-unpack", True),
    ("bin/conda-unpack", "caddis-unpack", True),
)
_WINDOWS = (
    ("Scripts/Activate.ps1", "Activate.ps1", False),
    ("Scripts/activate.bat", "activate.bat", False),
    ("Scripts/deactivate.bat", "deactivate.bat", False),
    ("Scripts/caddis-unpack.bat", "caddis-unpack.bat", True),
    ("Scripts/conda-unpack.bat", "caddis-unpack.bat", True),
)
"""Path in the prefix, file of `caddis.bootstrap`, whether it is a program."""


def home_layer(platform: str) -> Layer:
    """Give the layer of the files that travel with every environment."""
    bootstrap = files("caddis.bootstrap")
    host = HOSTS.get(platform)
    of_platform = _WINDOWS if host is not None and host.exe else _POSIX
    entries = tuple(
        Entry(path=path, source=(bootstrap / name).read_bytes(), executable=executable)
        for path, name, executable in sorted((*_EVERYWHERE, *of_platform))
    )
    digest = hashlib.sha256(repr(entries).encode()).hexdigest()
    return Layer(
        name="caddis-home", kind=LayerKind.HOME, entries=entries, key=f"home-{digest}"
    )
