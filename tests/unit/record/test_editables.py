"""A project that is carried as it is knows nothing of where it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.dist_info import DistHead
from caddis.model.prefix.dist_layer import dist_layer
from caddis.ports.editables import Editable
from caddis.stages.record import CopyEditables, RefuseEditables

SITE = "lib/python3.11/site-packages"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my project"
    for path in ("src/mine/__init__.py", "data.bin", ".git/config", ".env", "notes.md"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x = 1\n")
    (folder / "data.bin").write_bytes(b"\0" + os.fsencode(folder))
    (folder / "notes.md").write_text(f"made in {folder}\n")
    (folder / "build" / "lib").mkdir(parents=True)
    (folder / "build" / "lib" / "mine.py").write_text("")
    return folder


def editable(project: Path, tmp_path: Path, name: str, text: str) -> Editable:
    pointer = tmp_path / name
    pointer.write_text(text)
    path = f"{SITE}/{name}"
    layer = dist_layer(
        DistHead(name="mine", version="1.0"),
        metadata=f"{SITE}/mine-1.0.dist-info",
        entries=[Entry(path=path, source=str(pointer))],
        rows=[],
    )
    return Editable(
        name="mine",
        source=project,
        prefix=project.parent,
        site_packages=SITE,
        python="3.11",
        installed=layer,
    )


def contents(layer: Layer) -> dict[str, bytes]:
    return {
        entry.path: entry.source
        if isinstance(entry.source, bytes)
        else Path(entry.source).read_bytes()
        for entry in layer.entries
    }


def test_a_path_file_points_to_the_carried_folder(
    project: Path, tmp_path: Path
) -> None:
    found = CopyEditables().layer(
        editable(project, tmp_path, "mine.pth", f"{project}/src\n")
    )
    files = contents(found)
    line = files[f"{SITE}/mine.pth"].decode().strip()
    place = os.path.normpath(f"{SITE}/{line}")
    assert place == "share/editable/mine/src"
    assert files[f"{place}/mine/__init__.py"] == b"x = 1\n"


def test_a_finder_gets_the_folder_when_it_is_relocated(
    project: Path, tmp_path: Path
) -> None:
    text = f"MAPPING = {{'mine': '{project}/src/mine'}}\n"
    found = CopyEditables().layer(editable(project, tmp_path, "finder.py", text))
    (finder,) = (e for e in found.entries if e.path.endswith("finder.py"))
    assert finder.edit is not None
    assert b"/share/editable/mine/src/mine" in contents(found)[finder.path]
    # Its hash is true in no place, so RECORD states none.
    assert b"finder.py,,\n" in contents(found)[f"{SITE}/mine-1.0.dist-info/RECORD"]


def test_nothing_textual_names_the_folder(project: Path, tmp_path: Path) -> None:
    found = CopyEditables().layer(
        editable(project, tmp_path, "mine.pth", f"{project}/src\n")
    )
    naming = [p for p, c in contents(found).items() if os.fsencode(project) in c]
    assert naming == ["share/editable/mine/data.bin"]
    paths = {entry.path for entry in found.entries}
    assert not any(".git" in path or ".env" in path for path in paths)
    assert not any("/build/" in path for path in paths)


def test_a_build_folder_goes_along_where_the_install_points_into_it(
    project: Path, tmp_path: Path
) -> None:
    found = CopyEditables().layer(
        editable(project, tmp_path, "mine.pth", f"{project}/build/lib\n")
    )
    assert "share/editable/mine/build/lib/mine.py" in contents(found)


def test_another_content_is_another_layer(project: Path, tmp_path: Path) -> None:
    found = editable(project, tmp_path, "mine.pth", f"{project}/src\n")
    before = CopyEditables().layer(found)
    assert before.kind is LayerKind.PYPI
    (project / "src/mine/__init__.py").write_text("x = 2\n")
    assert CopyEditables().layer(found).key != before.key


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    found = editable(tmp_path / "gone", tmp_path, "mine.pth", "x\n")
    with pytest.raises(PrefixError, match=r"folder of mine is gone: .*/gone"):
        CopyEditables().layer(found)


def test_refusing_names_the_distribution_and_the_ways_out(
    project: Path, tmp_path: Path
) -> None:
    found = editable(project, tmp_path, "mine.pth", "x\n")
    with pytest.raises(PrefixError, match="mine is an editable install") as caught:
        RefuseEditables().layer(found)
    assert "--editable build" in caught.value.hint
