"""What a project imports and its environment has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from caddis.model.imports import ImportKind
from caddis.stages.presence import absent, uncompiled
from caddis.stages.scan import scan
from caddis.workflow.presence import tell_absent
from tests.support.notes import Notes
from tests.unit.names.fakes import imported


def filled(folder: Path, **files: str) -> Path:
    """Write *files*, each under its path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def lacking(folder: Path, module: str, *names: str) -> bool:
    return bool(absent([imported(module, *names)], folder))


def test_packages_modules_and_compiled_modules_are_there(tmp_path: Path) -> None:
    files = ("a/__init__.py", "b.py", "c.cpython-311-x86_64-linux-gnu.so", "d.pyd")
    filled(tmp_path, **dict.fromkeys(files, ""))
    for module in ("a", "b", "c", "d"):
        assert not lacking(tmp_path, module)
    for module in ("e", "a_", "cpython"):
        assert lacking(tmp_path, module)


def test_submodules_that_are_gone_are_lacking(tmp_path: Path) -> None:
    filled(tmp_path, **{"learn/__init__.py": "", "learn/svm/__init__.py": ""})
    assert not lacking(tmp_path, "learn.svm", "SVC")
    assert not lacking(tmp_path, "learn", "any_name")
    assert lacking(tmp_path, "learn.externals.joblib")


def test_packages_that_make_modules_by_themselves_may_have_any(tmp_path: Path) -> None:
    for name, text in (
        ("flow", "__path__.append(keras)"),
        ("six", "sys.modules['six.moves'] = moves"),
        ("old", "__path__ = extend_path(__path__, __name__)"),
    ):
        filled(tmp_path, **{f"{name}/__init__.py": text})
        assert not lacking(tmp_path, f"{name}.moves.urllib")
    filled(tmp_path, **{"built/__init__.cpython-311.so": ""})
    assert not lacking(tmp_path, "built.inside")


def test_what_belongs_to_a_package_is_no_module(tmp_path: Path) -> None:
    filled(tmp_path, **{"kit.libs/x.so.1": "", "tool-1.0.dist-info/RECORD": ""})
    assert lacking(tmp_path, "kit")
    assert lacking(tmp_path, "tool")


def test_of_a_namespace_the_part_that_is_asked_for_counts(tmp_path: Path) -> None:
    filled(tmp_path, **{"cloud/storage/client.py": "", "cloud/core.py": ""})
    assert not lacking(tmp_path, "cloud.storage.client")
    assert not lacking(tmp_path, "cloud")
    assert not lacking(tmp_path, "cloud", "storage", "core")
    assert lacking(tmp_path, "cloud", "bigtable")
    found = absent([imported("cloud.vision.v1"), imported("cloud.vision")], tmp_path)
    assert [item.module for item in found] == ["cloud.vision.v1"]


def test_folders_that_pth_files_name_count(tmp_path: Path) -> None:
    site = filled(tmp_path / "site", **{"more.pth": "# note\nimport this\n../code\n"})
    filled(tmp_path / "code", **{"far.py": ""})
    assert not lacking(site, "far")
    assert lacking(site, "further")


def test_modules_in_the_table_of_an_editable_project_count(tmp_path: Path) -> None:
    table = "MAPPING: dict[str, str] = {'kit.a': '/src/kit/a', 'one': '/src/one.py'}\n"
    filled(tmp_path, **{"__editable___kit_1_0_finder.py": table})
    assert not lacking(tmp_path, "kit.a")
    assert not lacking(tmp_path, "one")
    assert lacking(tmp_path, "two")


def test_only_what_always_runs_is_asked_for(tmp_path: Path) -> None:
    weaker = [imported("a", kind=kind) for kind in ImportKind]
    weaker.remove(imported("a"))
    of_tests = replace(imported("a"), group="test")
    assert absent([*weaker, of_tests], tmp_path) == []


def test_sources_of_cython_need_what_they_compile_to(tmp_path: Path) -> None:
    project, site = tmp_path / "project", tmp_path / "site"
    beside, installed, sleeping = "k/a.pyx", "src/k/b.pyx", "k/c.pyx"
    filled(project, **{"k/a.abi3.so": "", "k/c.py": "", beside: "", installed: ""})
    filled(site, **{"k/b.cpython-311.so": ""})
    paths = [beside, installed, sleeping, sleeping, "k/d.py"]
    assert uncompiled(paths, project, site) == [sleeping]


def test_what_is_missing_is_told_with_its_place_notebooks_last(tmp_path: Path) -> None:
    book = (
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type":'
        ' "code", "source": "import aa", "metadata": {}, "outputs": []}]}'
    )
    code = "import bb\nimport cc.dd\nimport ee, json, there\nimport ff\n"
    project = filled(tmp_path / "p", **{"app.py": code, "a.ipynb": book})
    site = filled(tmp_path / "site", **{"there.py": ""})
    notes = Notes()
    assert (
        tell_absent(scan(project), project, site, narrator=notes)
        == "5 modules of 2 files missing"
    )
    assert notes.told == [
        "nothing in the environment has bb (app.py:1), cc.dd (app.py:2), ee (app.py:3),"
        " 2 more; caddis scan names what to declare"
    ]


def test_of_what_a_project_ignores_nothing_is_said(tmp_path: Path) -> None:
    code = "import aa.bb\nimport cc.dd\nimport ee\n"
    project = filled(tmp_path / "p", **{"app.py": code})
    site = filled(tmp_path / "site", **{"there.py": ""})
    notes = Notes()
    ignored = {"aa", "cc.dd"}
    tell_absent(scan(project), project, site, ignored=ignored, narrator=notes)
    (told,) = notes.told
    assert told.startswith("nothing in the environment has ee (app.py:3);")


def test_a_project_that_has_all_is_told_so(tmp_path: Path) -> None:
    project = filled(tmp_path / "p", **{"app.py": "import json, there, helper\n"})
    filled(project, **{"helper.py": ""})
    site = filled(tmp_path / "site", **{"there.py": ""})
    notes = Notes()
    result = tell_absent(scan(project), project, site, narrator=notes)
    assert (result, notes.told) == ("what 2 files always import is there", [])


def test_a_project_to_compile_is_told_so(tmp_path: Path) -> None:
    files = {"k/__init__.py": "from k import fast\n", "k/fast.pyx": "import math\n"}
    project = filled(tmp_path / "p", **files)
    notes = Notes()
    site = tmp_path / "site"
    result = tell_absent(scan(project), project, site, narrator=notes)
    assert result == "1 module of 2 files missing"
    assert notes.told == [
        "k/fast.pyx must be compiled: name the project itself among its requirements,"
        " as -e ."
    ]
