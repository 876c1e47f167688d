"""What `setup.py develop` installed is an editable install like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.model.layers import Layer
from caddis.ports.editables import Editable
from caddis.stages.record import CopyEditables, RefuseEditables
from caddis.stages.record.egg_links import read_egg_links

SITE = "lib/python3.11/site-packages"


class AsInstalled:
    """Gives what stands in the prefix, and notes what it was asked about."""

    def __init__(self) -> None:
        self.asked: list[Editable] = []

    def layer(self, editable: Editable) -> Layer:
        self.asked.append(editable)
        return editable.installed


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with its code in `src`, as setuptools develops it."""
    folder = tmp_path / "my project"
    info = folder / "src" / "Old_Tool.egg-info"
    write(info / "PKG-INFO", "Metadata-Version: 2.1\nName: Old_Tool\nVersion: 0.3\n\n")
    write(info / "entry_points.txt", "[console_scripts]\nold = old:main\n")
    write(folder / "src" / "old.py", "def main(): pass\n")
    write(folder / "setup.py", "")
    return folder


@pytest.fixture
def prefix(tmp_path: Path, project: Path) -> Path:
    folder = tmp_path / "env"
    write(folder / SITE / "Old_Tool.egg-link", f"{project}/src\n../")
    write(folder / SITE / "easy-install.pth", f"./older.egg\n{project}/src\n")
    return folder


def contents(layer: Layer) -> dict[str, bytes]:
    return {e.path: e.source for e in layer.entries if isinstance(e.source, bytes)}


def test_its_project_and_its_command_are_found(prefix: Path, project: Path) -> None:
    editables = AsInstalled()
    (dist,) = read_egg_links(prefix, SITE, python="3.11", editables=editables)
    (editable,) = editables.asked
    assert (editable.name, editable.source) == ("old-tool", project)
    assert (dist.layer.name, dist.layer.version) == ("old-tool", "0.3")
    files = contents(dist.layer)
    assert b"from old import main" in files["bin/old"]
    assert b"old = old:main" in files[f"{SITE}/old_tool-0.3.dist-info/entry_points.txt"]
    assert b"bin/old,sha256=" in files[f"{SITE}/old_tool-0.3.dist-info/RECORD"]


def test_its_traces_do_not_go_along_and_those_of_others_do(
    prefix: Path, project: Path
) -> None:
    (dist,) = read_egg_links(prefix, SITE, python="3.11", editables=AsInstalled())
    assert dist.owned == {
        f"{SITE}/Old_Tool.egg-link", f"{SITE}/easy-install.pth", "bin/old",
    }  # fmt: skip
    assert contents(dist.layer)[f"{SITE}/easy-install.pth"] == b"./older.egg\n"
    (prefix / SITE / "easy-install.pth").write_text(f"{project}/src\n")
    (dist,) = read_egg_links(prefix, SITE, python="3.11", editables=AsInstalled())
    assert f"{SITE}/easy-install.pth" not in contents(dist.layer)


def test_it_can_be_carried_as_it_is(prefix: Path) -> None:
    (dist,) = read_egg_links(prefix, SITE, python="3.11", editables=CopyEditables())
    pointer = contents(dist.layer)[f"{SITE}/__editable__.old_tool.pth"]
    assert pointer == b"../../../share/editable/old-tool/src\n"
    paths = {entry.path for entry in dist.layer.entries}
    assert "share/editable/old-tool/src/old.py" in paths


def test_it_can_be_refused(prefix: Path) -> None:
    with pytest.raises(PrefixError, match="old-tool is an editable install"):
        read_egg_links(prefix, SITE, python="3.11", editables=RefuseEditables())


def test_a_project_that_is_gone_is_named(prefix: Path, project: Path) -> None:
    project.rename(project.with_name("elsewhere"))
    with pytest.raises(PrefixError, match=r"Old_Tool\.egg-link names .*my project"):
        read_egg_links(prefix, SITE, python="3.11", editables=AsInstalled())
