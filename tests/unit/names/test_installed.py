import json
from pathlib import Path

import pytest

from caddis.adapters.installed import InstalledNames
from caddis.errors import PrefixError
from caddis.model.requirements import Ecosystem

SITE = "lib/python3.12/site-packages"


def add_dist(prefix: Path, name: str, *files: str, top_level: str = "") -> None:
    info = prefix / SITE / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    )
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    if top_level:
        (info / "top_level.txt").write_text(f"{top_level}\n")


def add_conda(prefix: Path, name: str, *files: str) -> None:
    folder = prefix / "conda-meta"
    folder.mkdir(parents=True, exist_ok=True)
    record = {"name": name, "version": "2.0", "build": "0", "files": list(files)}
    (folder / f"{name}-2.0-0.json").write_text(json.dumps(record))


def owners(names: InstalledNames, module: str, world: Ecosystem) -> list[str]:
    found = names.find(module, ecosystem=world)
    return [name for p in found for name in (p.name, *p.alternatives)]


def test_record_says_who_owns_a_module(tmp_path: Path) -> None:
    add_dist(tmp_path, "opencv_python_headless", "cv2/__init__.py", "cv2/cv2.abi3.so")
    names = InstalledNames(tmp_path)
    assert owners(names, "cv2", Ecosystem.PYPI) == ["opencv-python-headless"]
    assert names.find("cv2.data", ecosystem=Ecosystem.PYPI) == ()
    (found,) = names.find("cv2", ecosystem=Ecosystem.PYPI)
    assert found.evidence.source == "installed"
    assert "RECORD" in found.evidence.detail


def test_two_owners_are_both_named(tmp_path: Path) -> None:
    add_dist(tmp_path, "opencv_python", "cv2/__init__.py")
    add_dist(tmp_path, "opencv_python_headless", "cv2/__init__.py")
    both = owners(InstalledNames(tmp_path), "cv2", Ecosystem.PYPI)
    assert both == ["opencv-python", "opencv-python-headless"]


def test_an_editable_install_tells_by_its_top_level(tmp_path: Path) -> None:
    add_dist(tmp_path, "acme", "__editable__.acme-1.0.pth", top_level="acme_core")
    assert owners(InstalledNames(tmp_path), "acme_core", Ecosystem.PYPI) == ["acme"]


def test_each_world_answers_for_itself(tmp_path: Path) -> None:
    add_conda(tmp_path, "pytorch", f"{SITE}/torch/__init__.py", "lib/libtorch.so")
    add_dist(tmp_path, "torch", "torch/__init__.py")
    names = InstalledNames(tmp_path)
    assert owners(names, "torch", Ecosystem.CONDA) == ["pytorch"]
    assert owners(names, "torch", Ecosystem.PYPI) == ["torch"]
    assert names.versions[Ecosystem.CONDA, "pytorch"] == "2.0"


def test_what_pip_put_into_a_conda_environment_is_pypis(tmp_path: Path) -> None:
    add_conda(tmp_path, "python", "bin/python")
    add_dist(tmp_path, "acme", "acme.py")
    (found,) = InstalledNames(tmp_path).find("acme", ecosystem=Ecosystem.CONDA)
    assert found.ecosystem is Ecosystem.PYPI


def test_packages_say_what_they_ask_for(tmp_path: Path) -> None:
    add_dist(tmp_path, "acme", "acme.py")
    (metadata,) = tmp_path.glob("**/METADATA")
    with metadata.open("a") as file:
        file.write("Requires-Dist: Tool-Box (>=2) ; python_version > '3'\n")
        file.write("Requires-Dist: sphinx; extra == 'docs'\n")
    assert InstalledNames(tmp_path).requires() == {"acme": {"tool-box"}}


def test_a_folder_that_is_not_there_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(PrefixError, match="is no environment"):
        InstalledNames(tmp_path / "nowhere")
