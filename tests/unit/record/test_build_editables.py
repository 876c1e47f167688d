"""Editable installs are built by the environment that has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import EngineError
from caddis.host import LINUX
from caddis.model.layers import Layer, LayerKind
from caddis.ports.editables import Editable
from caddis.ports.progress import Silent
from caddis.stages.assemble import Supplies
from caddis.workflow.editables import BuildEditables
from tests.unit.assemble.fakes import (
    FakeCheckouts,
    FakeLaunchers,
    FakeStore,
)


class _Builder:
    """Remembers by what it was to build, and fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def build_wheel(self, source: str, out: Path, *, folder: Path, python: str) -> Path:
        self.asked.append(python)
        raise EngineError(f"{source} cannot be built into {out} from {folder}")


def _asked(prefix: Path) -> list[str]:
    builder = _Builder()
    supplies = Supplies(
        packages=FakeStore(prefix),
        launchers=FakeLaunchers(),
        builder=builder,
        checkouts=FakeCheckouts(),
        here=LINUX,
    )
    editable = Editable(
        name="mine",
        source=prefix / "mine",
        prefix=prefix,
        site_packages=LINUX.site_packages("3.12"),
        python="3.12",
        installed=Layer(name="mine", kind=LayerKind.PYPI, entries=()),
    )
    with pytest.raises(EngineError, match="mine is installed in editable mode"):
        BuildEditables(supplies=lambda: supplies, reporter=Silent()).layer(editable)
    return builder.asked


def test_the_environments_own_python_builds(tmp_path: Path) -> None:
    # It may be the only one of its version that can be found.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert _asked(tmp_path) == [str(tmp_path / "bin" / "python")]


def test_where_it_has_none_any_of_its_version_builds(tmp_path: Path) -> None:
    assert _asked(tmp_path) == ["3.12"]
