"""Edited and missing files become the package's own again, and nothing else does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from caddis.errors import FetchError
from caddis.model.changed_file import ChangedFile, FileState
from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.dist_info import DistHead, RecordRow, record_hash
from caddis.model.prefix.dist_layer import dist_layer
from caddis.stages.record.conda import RecordedPackage
from caddis.stages.record.dists import RecordedDist
from caddis.stages.record.mending import check
from tests.support.stacks import make_layer

SITE = "lib/python3.11/site-packages"
NOWHERE = Path("nowhere")


class FromFiles:
    """Gives the layers that it was made with, and notes what was asked."""

    def __init__(self, *layers: Layer) -> None:
        self._layers = layers
        self.asked: set[str] = set()

    def layers(self, prefix: Path, names: Collection[str]) -> Sequence[Layer]:
        del prefix
        self.asked |= set(names)
        return self._layers


def dist(name: str, files: dict[str, bytes], *, without: Sequence[str] = ()) -> Layer:
    """Make the layer of a distribution; what it is *without* stays in its RECORD."""
    return dist_layer(
        DistHead(name=name, version="1.0"),
        metadata=f"{SITE}/{name}-1.0.dist-info",
        entries=[Entry(path=p, source=c) for p, c in files.items() if p not in without],
        rows=[RecordRow(p, record_hash(c), str(len(c))) for p, c in files.items()],
        different=without,
    )


def test_an_edited_distribution_is_the_one_that_was_installed() -> None:
    files = {f"{SITE}/a.py": b"own\n", f"{SITE}/b.py": b"own\n"}
    whole = dist("a", files)
    edited = (f"{SITE}/a.py",)
    found = RecordedDist(layer=dist("a", files, without=edited), edited=edited)
    sound = RecordedDist(layer=dist("sound", {}))
    repairs = FromFiles(whole)
    checked = check((), (found, sound), prefix=NOWHERE, repairs=repairs)
    assert repairs.asked == {"a"}
    assert [each.layer for each in checked.dists] == [whole, sound.layer]
    assert checked.differences == ()
    assert [each.path for each in checked.repaired] == list(edited)


def test_without_repairs_an_edit_is_a_difference() -> None:
    found = RecordedDist(layer=dist("a", {}), edited=("a.py",), missing=("b.py",))
    checked = check((), (found,), prefix=NOWHERE, repairs=None)
    assert checked.differences == (
        ChangedFile(path="a.py", package="a", state=FileState.EDITED),
        ChangedFile(path="b.py", package="a", state=FileState.MISSING),
    )
    assert checked.repaired == ()


def test_another_file_of_the_same_version_is_no_repair() -> None:
    # The index may have another build than the one that was installed from a folder.
    edited = (f"{SITE}/a.py",)
    installed = dist("a", {f"{SITE}/a.py": b"a", f"{SITE}/b.py": b"b"}, without=edited)
    other = dist("a", {f"{SITE}/a.py": b"a", f"{SITE}/b.py": b"another"})
    found = RecordedDist(layer=installed, edited=edited)
    with pytest.raises(FetchError, match=r"a 1\.0 was installed .*/b\.py"):
        check((), (found,), prefix=NOWHERE, repairs=FromFiles(other))


def conda(name: str, files: dict[str, bytes]) -> Layer:
    return replace(make_layer(name, files, kind=LayerKind.CONDA), key="known")


def test_a_file_that_another_package_has_stays_away() -> None:
    whole = conda("left", {"own": b"1", "shared": b"2", "edited": b"3"})
    installed = conda("left", {"own": b"1"})
    found = RecordedPackage(layer=installed, edited=("edited",))
    checked = check((found,), (), prefix=NOWHERE, repairs=FromFiles(whole))
    (layer,) = (each.layer for each in checked.packages)
    assert [entry.path for entry in layer.entries] == ["edited", "own"]
    # Its frame is not that of the whole package.
    assert layer.key == ""


def test_what_pip_replaced_is_shadowed_and_not_repaired() -> None:
    own = f"{SITE}/numpy-1.0.dist-info/METADATA"
    package = RecordedPackage(
        layer=conda("numpy", {}), edited=(f"{SITE}/numpy.py",), missing=(own,)
    )
    newer = RecordedDist(
        layer=dist("numpy", {f"{SITE}/numpy.py": b"2"}),
        owned=frozenset({f"{SITE}/numpy.py"}),
    )
    repairs = FromFiles()
    checked = check((package,), (newer,), prefix=NOWHERE, repairs=repairs)
    assert repairs.asked == set()
    assert {(d.state, d.by) for d in checked.differences} == {
        (FileState.SHADOWED, "numpy")
    }
    assert len(checked.differences) == 2
