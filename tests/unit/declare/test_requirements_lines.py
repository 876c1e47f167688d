"""Lines of requirements files in all the ways in which pip takes them.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.stages.declare import declare


def _read(folder: Path, content: str | bytes, **variables: str) -> Declaration:
    lib = folder / "libs" / "lib"
    lib.mkdir(parents=True)
    (lib / "pyproject.toml").write_text('[project]\nname = "my-lib"\n')
    (folder / "reqs").mkdir()
    (folder / "reqs" / "more.txt").write_text("more\n")
    path = folder / "reqs" / "in.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return declare(folder, [path], variables=variables)


@pytest.mark.parametrize(
    "line",
    [
        "../libs/lib",
        "../libs/lib/",
        "file:../libs/lib",
        "my-lib @ file:../libs/lib",
        "my-lib@../libs/lib",
        "${LIBS}/lib",
        "'../libs/lib'",
        "../libs/lib#egg=my-lib",
    ],
)
def test_a_folder_is_named_from_the_project(tmp_path: Path, line: str) -> None:
    (found,) = _read(tmp_path, line, LIBS="../libs").requirements
    assert (found.name, found.spec.rstrip("/")) == ("my-lib", "./libs/lib")


@pytest.mark.parametrize("end", ["; os_name == 'nt'", " ;os_name=='nt'"])
@pytest.mark.parametrize("name", ["", "my-lib[x] @ "])
def test_a_folder_has_extras_and_a_marker(tmp_path: Path, name: str, end: str) -> None:
    line = f"{name or ''}../libs/lib{'' if name else '[x]'}{end}"
    (found,) = _read(tmp_path, line).requirements
    assert (found.spec, found.marker) == ("./libs/lib[x]", 'os_name == "nt"')


def test_a_folder_by_its_url_needs_no_name(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, (tmp_path / "libs" / "lib").as_uri()).requirements
    assert (found.name, found.spec) == ("my-lib", f"{tmp_path}/libs/lib")


def test_a_line_may_have_several_options(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        "-i https://a.example --extra-index-url=https://b.example --pre\n"
        '--no-binary six --find-links "a -b"\n',
    )
    assert found.indexes == ("https://a.example", "https://b.example")
    assert found.pip_options == ("--pre", "--no-binary=six")
    assert found.find_links == (str(tmp_path / "reqs" / "a -b"),)


def test_names_of_files_may_come_from_variables(tmp_path: Path) -> None:
    found = _read(tmp_path, "-r ${FILE}.txt\n-e ${LIB}", FILE="more", LIB="../libs/lib")
    assert [need.spec for need in found.requirements] == ["more", "-e ./libs/lib"]


def test_another_code_counts_where_the_file_names_it(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\nidna  # für alle\n".encode("latin-1")
    (found,) = _read(tmp_path, text).requirements
    assert found.spec == "idna"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("# für\n".encode("latin-1"), "not UTF-8"),
        ("# coding: no-such\n# für\n".encode("latin-1"), "not UTF-8"),
        (
            "-r https://me:word@x.example/a.txt",
            "in.txt:1: https://x.example/a.txt is on",
        ),
        ("./gone", r"in.txt:1: there is no folder"),
        ("./lib ; os_nam == 'nt'", "there is no folder"),
        ("../libs/lib ; os_nam == 'nt'", "is not a marker"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        _read(tmp_path, content)
