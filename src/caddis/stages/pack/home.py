"""What caddis itself adds to an archive: activation and the relocator."""

from __future__ import annotations

from importlib.resources import files

from caddis.model.layers import Entry, Layer, LayerKind

_FILES = (
    (".caddis/relocate.py", "relocate.py", False),
    (".caddis/deactivate.csh", "deactivate.csh", False),
    ("bin/Activate.ps1", "Activate.ps1", False),
    ("bin/activate", "activate.sh", False),
    ("bin/activate.csh", "activate.csh", False),
    ("bin/activate.fish", "activate.fish", False),
    ("bin/caddis-unpack", "caddis-unpack", True),
    ("bin/conda-unpack", "caddis-unpack", True),
)


def home_layer() -> Layer:
    """Give the layer of the files that travel with every environment."""
    bootstrap = files("caddis.bootstrap")
    return Layer(
        name="caddis-home",
        kind=LayerKind.HOME,
        entries=tuple(
            Entry(
                path=path,
                source=(bootstrap / name).read_bytes(),
                executable=executable,
            )
            for path, name, executable in _FILES
        ),
    )
