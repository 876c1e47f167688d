"""Handlers of ImportError that say the same as a condition on Python's version."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from tests.unit.scan.folders import only, scanned

TRY = "try:\n    import tomllib\n"
HANDLER = "except ImportError:\n    import tomli\n"
OTHER = "try:\n    import b\nexcept ImportError:\n    b = 0\n"
BACKWARDS = "try:\n    import tomli\nexcept ImportError:\n    import tomllib\n"
BEFORE_3_11 = 'python_version < "3.11"'


@pytest.mark.parametrize(
    ("code", "marker"),
    [
        (TRY + HANDLER, BEFORE_3_11),
        (TRY + HANDLER.replace("ImportError", "ModuleNotFoundError"), BEFORE_3_11),
        (TRY + HANDLER.replace("import tomli", "import tomli as t"), BEFORE_3_11),
        (BACKWARDS, BEFORE_3_11),
        (
            "try:\n    from typing import Any, Self\nexcept ImportError:\n"
            "    from typing_extensions import Any, Self\n    import tomli\n",
            BEFORE_3_11,
        ),
        (f"{OTHER}{TRY}{HANDLER}", BEFORE_3_11),
        (
            "import sys\nif sys.platform == 'win32':\n    try: import zoneinfo\n"
            "    except ImportError: import tomli",
            'sys_platform == "win32" and python_version < "3.9"',
        ),
    ],
)
def test_what_stands_in_for_a_later_python_is_needed_before_it(
    tmp_path: Path, code: str, marker: str
) -> None:
    found = only(scanned(tmp_path, {"m.py": code}), "tomli")
    assert (found.kind, found.marker) == (ImportKind.CONDITIONAL, marker)


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    import json\nexcept ImportError:\n    import tomli\n",
        f"{TRY}    import b\n{HANDLER}",
        "try:\n    import importlib.metadata\nexcept ImportError:\n    import tomli\n",
        "try:\n    from typing import Any\nexcept ImportError:\n    import tomli\n",
        f"{TRY}except ImportError:\n    try: import tomli\n    except ImportError: x\n",
        f"{TRY}except ImportError:\n    x\ntry: import tomli\nexcept ImportError: x\n",
        f"import tomllib\ntry: x\n{HANDLER}",
    ],
)
def test_any_other_handler_is_only_a_guard(tmp_path: Path, code: str) -> None:
    found = only(scanned(tmp_path, {"m.py": code}), "tomli")
    assert (found.kind, found.marker) == (ImportKind.OPTIONAL, "")
