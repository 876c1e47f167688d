"""What is said where an import has no package."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.toml import parse_toml


def test_what_settles_unknown_modules_can_be_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text("import my_labmate_lib, his_own_lib\n")
    words = ["lock", str(tmp_path), "--offline", "--quiet"]
    assert main(words) == 4
    told = capsys.readouterr().err.splitlines()
    pasted = "\n".join(line[2:] for line in told if line.startswith("  "))
    caddis = parse_toml(pasted)["tool"]["caddis"]
    assert caddis["providers"] == {"his_own_lib": "PACKAGE"}
    assert caddis["scan"]["ignore"] == ["his_own_lib", "my_labmate_lib"]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.caddis.scan]\nignore = ["his_own_lib", "my_labmate_lib"]\n'
    )
    assert main(words) == 0
