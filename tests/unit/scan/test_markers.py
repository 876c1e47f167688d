"""Under which condition an import is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.markers import Marker

from caddis.model.imports import ImportKind
from caddis.stages.scan.kinds.markers import marker_of
from tests.unit.scan.folders import only, scanned


@pytest.mark.parametrize(
    ("condition", "when_true", "when_false"),
    [
        (
            "sys.version_info >= (3, 11)",
            'python_version >= "3.11"',
            'python_version < "3.11"',
        ),
        (
            "sys.version_info < (3,)",
            'python_version < "3.0"',
            'python_version >= "3.0"',
        ),
        # A version tuple has five parts, so it is greater than its own beginning.
        (
            "sys.version_info > (3, 8)",
            'python_version >= "3.8"',
            'python_version < "3.8"',
        ),
        (
            "sys.version_info[:2] > (3, 8)",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        (
            "sys.version_info[0] > 2",
            'python_version >= "3.0"',
            'python_version < "3.0"',
        ),
        (
            "sys.platform == 'win32'",
            'sys_platform == "win32"',
            'sys_platform != "win32"',
        ),
        ("os.name != 'nt'", 'os_name != "nt"', 'os_name == "nt"'),
        (
            "platform.system() == 'Darwin'",
            'platform_system == "Darwin"',
            'platform_system != "Darwin"',
        ),
        (
            "sys.platform.startswith('linux')",
            'sys_platform == "linux"',
            'sys_platform != "linux"',
        ),
        (
            "sys.platform in ('win32', 'cygwin')",
            'sys_platform == "win32" or sys_platform == "cygwin"',
            'sys_platform != "win32" and sys_platform != "cygwin"',
        ),
        ("not os.name == 'nt'", 'os_name != "nt"', 'os_name == "nt"'),
        (
            "sys.platform.startswith(('win', 'cygwin'))",
            'sys_platform == "win32" or sys_platform == "cygwin"',
            'sys_platform != "win32" and sys_platform != "cygwin"',
        ),
        ("sys.platform.startswith('java')", "", ""),
        (
            "sys.platform[:3] == 'win'",
            'sys_platform == "win32"',
            'sys_platform != "win32"',
        ),
        ("sys.platform[:4] == 'win'", "", ""),
        (
            "platform.system().startswith('Win')",
            'platform_system == "Windows"',
            'platform_system != "Windows"',
        ),
        ("name.startswith('win')", "", ""),
        (
            "sys.hexversion >= 0x03080000",
            'python_version >= "3.8"',
            'python_version < "3.8"',
        ),
        (
            "sys.hexversion < 0x030801f0",
            'python_full_version < "3.8.1"',
            'python_full_version >= "3.8.1"',
        ),
        ("sys.hexversion == 0x030801f0", "", ""),
        (
            "'linux' in sys.platform",
            '"linux" in sys_platform',
            '"linux" not in sys_platform',
        ),
        (
            "platform.system().lower() == 'windows'",
            'platform_system == "Windows"',
            'platform_system != "Windows"',
        ),
        ("platform.machine().lower() == 'amd64'", "", ""),
        (
            "(3, 9) <= sys.version_info",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        (
            "(3, 8) <= sys.version_info < (3, 12)",
            'python_version >= "3.8" and python_version < "3.12"',
            'python_version < "3.8" or python_version >= "3.12"',
        ),
        (
            "sys.version_info.minor >= 9",
            'python_version >= "3.9"',
            'python_version < "3.9"',
        ),
        ("six.PY2", 'python_version < "3.0"', 'python_version >= "3.0"'),
        (
            "'__pypy__' in sys.builtin_module_names",
            'implementation_name == "pypy"',
            'implementation_name != "pypy"',
        ),
        ("DEBUG", "", ""),
        ("DEBUG or os.name == 'nt'", "", 'os_name != "nt"'),
        ("DEBUG and os.name == 'nt'", 'os_name == "nt"', ""),
        ("1 <", "", ""),
        (f"x{'.a' * 900}", "", ""),
        (f"{'not ' * 300}x", "", ""),
    ],
)
def test_a_condition_becomes_a_marker(condition, when_true, when_false) -> None:
    assert marker_of(condition) == when_true
    assert marker_of(condition, holds=False) == when_false
    for marker in filter(None, (when_true, when_false)):
        Marker(marker)


@pytest.mark.parametrize(
    ("code", "marker"),
    [
        ("WINDOWS = os.name == 'nt'\nif WINDOWS: import a", 'os_name == "nt"'),
        ("import sys as s\nif s.platform == 'x': import a", 'sys_platform == "x"'),
        (
            "from platform import system\nif system() == 'Linux': import a",
            'platform_system == "Linux"',
        ),
        (
            "from sys import version_info as v\nN = v >= (3, 9)\nif not N: import a",
            'python_version < "3.9"',
        ),
        (
            "import platform\nfrom sys import platform as p\n"
            "if p.startswith('linux'): import a",
            'sys_platform == "linux"',
        ),
        (
            "import x, platform as p, sys as s\n"
            "if p.system() == 'Linux' and s.platform != 'y': import a",
            'platform_system == "Linux" and sys_platform != "y"',
        ),
        ("def f(N):\n  N = os.name == 'nt'\n  if N: import a", ""),
        ("N = os.name == 'nt'\nN = x\nif N: import a", ""),
        ("N = os.name == 'nt'\ndef f(): global N\nif N: import a", ""),
        ("A = B\nB = A\nif A: import a", ""),
    ],
)
def test_a_short_name_stands_for_its_condition(tmp_path: Path, code, marker) -> None:
    assert only(scanned(tmp_path, {"m.py": code + "\n"}), "a").marker == marker


def test_both_branches_have_their_marker(tmp_path: Path) -> None:
    code = (
        "if sys.platform == 'win32':\n    import a\n"
        "elif sys.version_info < (3, 10):\n    import b\n"
        "else:\n    import c\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert only(found, "a").marker == 'sys_platform == "win32"'
    assert (
        only(found, "b").marker == 'sys_platform != "win32" and python_version < "3.10"'
    )
    assert only(found, "c").marker == (
        'sys_platform != "win32" and python_version >= "3.10"'
    )


@pytest.mark.parametrize(
    ("subject", "case", "marker"),
    [
        ("sys.platform", "'win32'", 'sys_platform == "win32"'),
        (
            "os.name",
            "'nt' | 'java'",
            'os_name == "nt" or os_name == "java"',
        ),
        ("s.platform", "p if p.startswith('win')", 'sys_platform == "win32"'),
        ("sys.platform", "'linux' as p if DEBUG", 'sys_platform == "linux"'),
        ("sys.version_info[:2]", "(3, 9) as v", 'python_version == "3.9"'),
        ("sys.version_info", "(3, 9, *_)", 'python_version == "3.9"'),
        # No version is as short as this, so it asks for none.
        ("sys.version_info", "(3, 9)", ""),
        ("sys.version_info", "(3, minor) if minor > 9", ""),
        ("x, y", "y if y", ""),
        ("x" + ".a" * 900, "_ if y", ""),
        ("sys.platform", "str()", ""),
        ("sys.platform", "x.WINDOWS", ""),
    ],
)
def test_a_case_has_the_marker_of_what_it_asks(
    tmp_path: Path, subject, case, marker
) -> None:
    code = f"import sys as s\nmatch {subject}:\n    case {case}:\n        import a\n"
    found = only(scanned(tmp_path, {"m.py": code}), "a")
    assert (found.kind, found.marker) == (ImportKind.CONDITIONAL, marker)


def test_a_case_has_the_markers_of_those_that_did_not_fit(tmp_path: Path) -> None:
    code = (
        "match sys.platform:\n    case 'win32': import a\n"
        "    case 'linux' if DEBUG: import b\n    case _: import c\n"
        "match sys.platform:\n    case _: import d\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert (
        only(found, "b").marker == 'sys_platform != "win32" and sys_platform == "linux"'
    )
    assert only(found, "c").marker == 'sys_platform != "win32"'
    assert only(found, "d").kind is ImportKind.REQUIRED


@pytest.mark.parametrize("name", ["name", "platform", "system", "machine"])
def test_parameters_called_like_a_platform_are_none(tmp_path: Path, name: str) -> None:
    # ase chooses calculators so: `if name == "gpaw": from gpaw import GPAW`.
    code = f"def of({name}):\n    if {name} == 'nt': import a\n    else: import b\n"
    found = scanned(tmp_path, {"m.py": code})
    assert (only(found, "a").marker, only(found, "b").marker) == ("", "")


def test_names_taken_from_os_and_sys_are_of_the_platform(tmp_path: Path) -> None:
    code = (
        "from os import name\nfrom sys import platform, version_info\n"
        "if name == 'nt': import a\n"
        "if platform == 'win32': import b\n"
        "if version_info < (3, 11): import c\n"
    )
    found = scanned(tmp_path, {"m.py": code})
    assert [only(found, module).marker for module in "abc"] == [
        'os_name == "nt"',
        'sys_platform == "win32"',
        'python_version < "3.11"',
    ]
