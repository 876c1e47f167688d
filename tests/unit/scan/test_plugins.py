"""Modules that only strings name: they may be needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.model.imports import ImportKind
from tests.unit.scan.folders import kinds, only, scanned

POSSIBLE = ImportKind.POSSIBLE


def test_lists_of_plugins_are_possible_imports(tmp_path: Path) -> None:
    found = scanned(
        tmp_path,
        {
            "settings.py": "INSTALLED_APPS = [\n  'shop',\n  'rest_framework',\n"
            "  'cms.apps.CmsConfig',  # 'was.this'\n]\n",
            "shop/__init__.py": "",
            "conftest.py": "pytest_plugins = ['pytester_cov', 'pytester']\n",
        },
    )
    assert kinds(found) == {
        "shop": ImportKind.FIRST_PARTY,
        "rest_framework": ImportKind.REQUIRED,
        "cms.apps": ImportKind.REQUIRED,
        "pytester_cov": POSSIBLE,
        "_pytest.pytester": POSSIBLE,
    }
    assert only(found, "rest_framework").line == 3


@pytest.mark.parametrize(
    "code",
    [
        "INSTALLED_APPS += ('a',)",
        "INSTALLED_APPS: list[str] = ['a']",
        "INSTALLED_APPS = base.INSTALLED_APPS + ['a']",
        "INSTALLED_APPS.append('a')",
        "INSTALLED_APPS = []\nMIDDLEWARE = ['a.Middleware']",
    ],
)
def test_a_site_needs_the_apps_of_its_settings(tmp_path: Path, code: str) -> None:
    # It walked out without crispy_forms, which nothing else imports, and did not start.
    found = scanned(tmp_path, {"m.py": f"{code}\n", "dev_settings.py": f"{code}\n"})
    assert [item.kind for item in found.imports if item.path == "m.py"] == [
        ImportKind.REQUIRED
    ]
    assert [item.kind for item in found.imports if item.path != "m.py"] == [POSSIBLE]


@pytest.mark.parametrize(
    "code",
    [
        "pytest_plugins = 'a'",
        "class Base:\n    INSTALLED_APPS = ['a']",
        "if DEBUG:\n    INSTALLED_APPS += ['a']",
    ],
)
def test_other_literal_lists_tell_what_may_be_imported(
    tmp_path: Path, code: str
) -> None:
    assert kinds(scanned(tmp_path, {"m.py": f"{code}\n"})) == {"a": POSSIBLE}


@pytest.mark.parametrize(
    "code",
    [
        "'''\nINSTALLED_APPS = ['a']\n'''",
        "# pytest_plugins = 'a'",
        "INSTALLED_APPS = f()",
    ],
)
def test_what_is_no_literal_list_names_nothing(tmp_path: Path, code: str) -> None:
    assert scanned(tmp_path, {"m.py": f"{code}\n"}).imports == ()


@pytest.mark.parametrize(
    ("name", "content", "line", "column"),
    [
        ("setup.py", "setup(entry_points={'x': ['y = a.b:c']})", 1, 31),
        ("setup.py", "setup(entry_points='''\n[x]\ny = a.b:c\n''')", 3, 4),
        ("setup.cfg", "[options.entry_points]\nx =\n    y = a.b:c [z]\n", 3, 8),
        ("pyproject.toml", '[project.scripts]\ny = "a.b:c"\n', 2, 5),
        ("pyproject.toml", "[project.gui-scripts]\ny = 'a.b:c'\n", 2, 5),
        ("pyproject.toml", '[project.entry-points."x.z"]\ny = "a.b"\n', 2, 5),
        ("pyproject.toml", '[tool.poetry.plugins.x]\ny = "a.b:c"\n', 2, 5),
    ],
)
def test_entry_points_name_modules(tmp_path: Path, name, content, line, column) -> None:
    found = only(scanned(tmp_path, {name: content}), "a.b")
    assert (found.kind, found.line, found.column) == (POSSIBLE, line, column)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.cfg", "[metadata]\nname = a:b\n[options.entry_points]\n# y = a:b\n"),
        ("pyproject.toml", "[project.scripts\n"),
        ("pyproject.toml", "project = 3\ntool = {poetry = [1]}\n"),
        ("pyproject.toml", '[project]\nentry-points = {x = 3, y = {z = "/a:b"}}\n'),
    ],
)
def test_other_lines_of_project_files_name_nothing(tmp_path: Path, name, content):
    assert scanned(tmp_path, {name: content}).imports == ()


def test_the_projects_own_entry_points_are_its_own(tmp_path: Path) -> None:
    files = {
        "src/app/cli.py": "",
        "pyproject.toml": '[project.scripts]\nx = "app.cli:f"\n',
    }
    assert kinds(scanned(tmp_path, files)) == {"app.cli": ImportKind.FIRST_PARTY}
