"""Archives are read as they are, and nothing of them is unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from caddis.errors import ProjectError
from caddis.model.imports import ImportKind
from caddis.stages.scan import (
    ScanOptions,
    copy_declarations,
    scan,
    tree_of,
)
from tests.unit.scan.folders import kinds, write


def test_a_wheel_is_read_as_it_is(tmp_path: Path) -> None:
    wheel = tmp_path / "x-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("x/__init__.py", "import a\nimport x.y\n")
        archive.writestr("x/y.py", "")
    found = scan(wheel)
    assert kinds(found) == {"a": ImportKind.REQUIRED, "x.y": ImportKind.FIRST_PARTY}
    assert found.imports[0].path == "x-1-py3-none-any.whl!x/__init__.py"


def test_a_source_distribution_is_read_as_it_is(tmp_path: Path) -> None:
    sdist = tmp_path / "x-1.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        for name, text in (("x-1/src/x/__init__.py", b"import a, x\n"),):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    assert kinds(scan(sdist)) == {"a": ImportKind.REQUIRED, "x": ImportKind.FIRST_PARTY}


@pytest.mark.parametrize(
    ("ending", "packing"),
    [
        ("tar", ""),
        ("tgz", "gz"),
        ("tar.bz2", "bz2"),
        ("tbz2", "bz2"),
        ("tar.xz", "xz"),
        ("txz", "xz"),
    ],
)
def test_a_tar_is_read_however_it_is_packed(
    tmp_path: Path, ending: str, packing: str
) -> None:
    source = write(tmp_path / "x", {"m.py": "import a\n"})
    packed = tmp_path / f"x.{ending}"
    with tarfile.open(packed, f"w:{packing}") as archive:
        archive.add(source, "x")
    assert list(kinds(scan(packed))) == ["a"]


def test_a_tar_of_several_zstd_frames_is_read(tmp_path: Path) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        archive.add(write(tmp_path / "x", {"m.py": "import a\n"}), "x")
    data = plain.getvalue()
    frames = (zstandard.compress(data[:700]), zstandard.compress(data[700:]))
    (tmp_path / "x.tar.zst").write_bytes(b"".join(frames))
    assert list(kinds(scan(tmp_path / "x.tar.zst"))) == ["a"]


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_an_archive_with_damage_inside_is_explained(
    tmp_path: Path, packing: str
) -> None:
    pack = {
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
        "zst": zstandard.compress,
    }[packing]
    data = bytearray(pack(random.Random(0).randbytes(2**14)))
    data[100:140] = bytes(40)
    path = tmp_path / f"x.tar.{packing}"
    path.write_bytes(data)
    with pytest.raises(ProjectError, match=path.name):
        scan(path)


def test_a_damaged_member_of_a_zip_is_listed(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m.py", "import a\n" * 9)
        archive.writestr("n.py", "import b\n")
    data = packed.getvalue()
    (tmp_path / "x.zip").write_bytes(data[:34] + b"\xff" * 6 + data[40:])
    found = scan(tmp_path / "x.zip")
    assert list(kinds(found)) == ["b"]
    assert [problem.path for problem in found.problems] == ["x.zip!m.py"]


def test_a_damaged_archive_is_explained(tmp_path: Path) -> None:
    (tmp_path / "x.whl").write_bytes(b"PK not really")
    with pytest.raises(ProjectError, match=r"x\.whl"):
        scan(tmp_path / "x.whl")


def test_what_a_folder_leaves_out_an_archive_leaves_out_too(tmp_path: Path) -> None:
    wheel = tmp_path / "x.zip"
    files = {
        "pyproject.toml": "",
        "x/__init__.py": "import a\n",
        "x/_vendor/y.py": "import b\n",
        "x/vendor/y.py": "import b\n",
        "x/shop/vendor/models.py": "import a\n",
        "build/lib/x/__init__.py": "import c\n",
        "lib/python3.12/site-packages/z.py": "import d\n",
        "docs/build/conf.py": "import e\n",
        "env/pyvenv.cfg": "",
        "env/bin/tool.py": "import f\n",
        "conda/conda-meta/history": "",
        "conda/bin/tool": "#!/usr/bin/env python\nimport g\n",
        "bin/run": "#!/usr/bin/env python3\nimport h\n",
        "LICENSE": "import nothing\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    found = scan(wheel)
    assert {item.module for item in found.imports} == {"a", "e", "h"}
    assert [(each.path, each.reason) for each in found.skipped] == [
        ("build", "build output"),
        ("conda", "a virtual environment"),
        ("env", "a virtual environment"),
        ("lib/python3.12/site-packages", "installed packages"),
        ("x/_vendor", "vendored packages"),
        ("x/vendor", "vendored packages"),
    ]
    everything = scan(wheel, options=ScanOptions(everything=True))
    assert {item.module for item in everything.imports} == set("abcdefgh")


def test_no_path_in_an_archive_leads_out_of_where_declarations_are_put(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("../out.toml", "/out.txt", "a/../../out.cfg", "a/setup.cfg"):
            archive.writestr(name, "[x]\n")
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    copy_declarations(tree_of(tmp_path / "x.zip"), folder)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [
        "x.zip",
        "setup.cfg",
    ]
