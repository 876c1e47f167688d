from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.requirements import Ecosystem
from caddis.stages.sync.installed import InstalledPackage
from caddis.stages.sync.pythons import not_meant_for


def installed(folder: Path, requires_python: str) -> InstalledPackage:
    info = folder / "maps-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: maps\n{requires_python}\nRequires-Python: <1\n"
    )
    return InstalledPackage(
        ecosystem=Ecosystem.PYPI, name="maps", version="1.0", record=info / "RECORD"
    )


@pytest.mark.parametrize(
    ("stated", "python", "ruled_out"),
    [
        ("Requires-Python: >=3.8,<3.13", "3.13.0", True),
        ("Requires-Python: >=3.8,<3.13", "3.12.9", False),
        ("Requires-Python: ~=3.10.0", "3.11.7", True),
        ("requires-python: ==3.11.*", "3.11.7", False),
        ("Requires-Python: >=3.8", "3.13.0", False),
        ("Requires-Python: >=3.8,<3.15", "3.14.0rc2", False),
        ("Requires-Python: <3.13 or so", "3.13.0", False),
        ("", "3.13.0", False),
    ],
)
def test_a_python_above_the_bound_is_pointed_out(
    tmp_path: Path, stated: str, python: str, ruled_out: bool
) -> None:
    told = list(not_meant_for(python, [installed(tmp_path, stated)]))
    assert bool(told) is ruled_out
    assert all("maps 1.0 asks for Python" in sentence for sentence in told)
