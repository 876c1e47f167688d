"""What a package says of its files stays true when files go."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

from caddis.model.layers import Entry, Layer, LayerKind
from caddis.model.prefix.dist_info import record_hash
from caddis.stages.trim.without import Smaller, without
from tests.support.stacks import make_layer

SITE = "lib/python3.11/site-packages"
RECORD = f"{SITE}/a-1.0.dist-info/RECORD"
CONDA_META = "conda-meta/a-1.0-0.json"
MODULE, TEST, SCRIPT = f"{SITE}/a/m.so", f"{SITE}/a/tests/t.py", "bin/a"


def content_of(layer: Layer, path: str) -> bytes:
    (source,) = [entry.source for entry in layer.entries if entry.path == path]
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def dist() -> Layer:
    rows = "../../../bin/a,sha256=s,1\na/m.so,sha256=m,1\na/tests/t.py,sha256=t,1\n"
    record = rows + "a-1.0.dist-info/RECORD,,\n"
    files = {MODULE: b"m", TEST: b"t", SCRIPT: b"s", RECORD: record.encode()}
    return replace(make_layer("a", files), key="pypi-1")


def smaller(folder: Path, content: bytes) -> Smaller:
    file = folder / "stripped"
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Smaller(source=str(file), sha256=digest, size=len(content))


def test_rows_of_files_that_go_leave_record() -> None:
    layer = without(dist(), {TEST, SCRIPT})
    rows = list(csv.reader(content_of(layer, RECORD).decode().splitlines()))
    assert [row[0] for row in rows] == ["a/m.so", "a-1.0.dist-info/RECORD"]
    assert {entry.path for entry in layer.entries} == {MODULE, RECORD}


def test_record_states_the_hash_of_the_stripped_module(tmp_path: Path) -> None:
    layer = without(dist(), (), {MODULE: smaller(tmp_path, b"less")})
    rows = {r[0]: r for r in csv.reader(content_of(layer, RECORD).decode().split())}
    assert rows["a/m.so"] == ["a/m.so", record_hash(b"less"), "4"]
    assert content_of(layer, MODULE) == b"less"


def test_record_states_the_hash_of_a_record_that_is_carried_within() -> None:
    # setuptools carries packages with their metadata.
    inner, stub = "a/_vendor/b-2.0.dist-info/RECORD", "a/_vendor/b.pyi"
    files = {
        f"{SITE}/{stub}": b"stub",
        f"{SITE}/{inner}": b"b.pyi,sha256=b,4\nb-2.0.dist-info/RECORD,,\n",
        RECORD: f"{inner},sha256=i,4\n{stub},sha256=b,4\n".encode(),
    }
    layer = without(make_layer("a", files), {f"{SITE}/{stub}"})
    carried = content_of(layer, f"{SITE}/{inner}")
    assert b"b.pyi" not in carried
    said = f"{inner},{record_hash(carried)},{len(carried)}\n"
    assert content_of(layer, RECORD) == said.encode()


def test_conda_s_record_and_record_agree_with_the_files(tmp_path: Path) -> None:
    paths = [
        {"_path": path, "sha256": "0", "size_in_bytes": 1}
        for path in (MODULE, TEST, SCRIPT, RECORD)
    ]
    meta = {
        "name": "a",
        "files": [file["_path"] for file in paths],
        "paths_data": {"paths": paths, "paths_version": 1},
    }
    entry = Entry(path=CONDA_META, source=json.dumps(meta).encode())
    layer = replace(dist(), kind=LayerKind.CONDA, entries=(*dist().entries, entry))
    layer = without(layer, {TEST}, {MODULE: smaller(tmp_path, b"less")})
    found = json.loads(content_of(layer, CONDA_META))
    assert found["files"] == [MODULE, SCRIPT, RECORD]
    stated = {file["_path"]: file for file in found["paths_data"]["paths"]}
    for path in (MODULE, RECORD):
        content = content_of(layer, path)
        assert stated[path]["sha256"] == hashlib.sha256(content).hexdigest()
        assert stated[path]["size_in_bytes"] == len(content)
    assert stated[SCRIPT]["sha256"] == "0"


def test_the_key_tells_what_was_left_out(tmp_path: Path) -> None:
    # Frames are kept by key: two different trims must never share one.
    less, lesser = smaller(tmp_path, b"less"), smaller(tmp_path, b"lesser")
    keys = {
        without(dist(), gone, files).key
        for gone, files in (
            ((), {}),
            ({TEST}, {}),
            ({TEST, SCRIPT}, {}),
            ({TEST}, {MODULE: less}),
            ({TEST}, {MODULE: lesser}),
        )
    }
    assert len(keys) == 5


def test_a_layer_that_keeps_everything_is_the_same_layer() -> None:
    assert without(dist(), ()) is not None
    assert without(dist(), ()).key == "pypi-1"
