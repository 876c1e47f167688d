"""What only some tools read: lists in other files, and other tools' locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.stages.declare.widely import asked_for, locked_names

IN_CFG = """\
[options]
install_requires = file: needs/run.txt, needs/more.txt
[options.extras_require]
test = file: needs/test.txt
gone = file: nowhere.txt
"""
IN_TOML = """\
[tool.setuptools.dynamic]
dependencies = {file = ["needs/run.txt", "needs/more.txt"]}
optional-dependencies.test = {file = "needs/test.txt"}
optional-dependencies.gone = {file = ["nowhere.txt"]}
"""


@pytest.mark.parametrize(
    ("name", "text"), [("setup.cfg", IN_CFG), ("pyproject.toml", IN_TOML)]
)
def test_a_list_may_stand_in_another_file(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "needs").mkdir()
    (tmp_path / "needs/run.txt").write_text("# run\nnumpy>=1  # fast\n\n-r other.txt\n")
    (tmp_path / "needs/more.txt").write_text("PyYAML\n")
    (tmp_path / "needs/test.txt").write_text("pytest\n")
    (tmp_path / name).write_text(text)
    found = asked_for(tmp_path / name, tmp_path)
    assert [(item.name, item.group, item.origin) for item in found] == [
        ("numpy", "", "needs/run.txt:2"),
        ("pyyaml", "", "needs/more.txt:1"),
        ("pytest", "test", "needs/test.txt:1"),
    ]


PIXI_4 = """\
version: 4
packages:
- kind: conda
  name: numpy
  version: 1.26.4
- kind: pypi
  name: Flask
"""
PIXI_6 = """\
version: 6
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  sha256: 3b
- pypi: https://files.pythonhosted.org/packages/61/flask-3.0.0-py3-none-any.whl
  name: flask
"""
CONDA_LOCK = """\
metadata:
  channels:
  - url: conda-forge
package:
- name: numpy
  version: 1.26.4
- category: main
  name: flask
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [("pixi.lock", PIXI_4), ("pixi.lock", PIXI_6), ("conda-lock.yml", CONDA_LOCK)],
)
def test_locks_of_conda_tools_tell_their_packages(tmp_path, name, text) -> None:
    (tmp_path / name).write_text(text)
    assert locked_names(tmp_path) == {"numpy", "flask"}
