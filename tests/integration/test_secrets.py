"""Nothing secret goes along: planted secrets are looked for in the whole archive."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from caddis.cli import main

pytestmark = pytest.mark.integration

SECRET = "hunter2-do-not-tell"


def content_of(archive: Path) -> bytes:
    with archive.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(
            file, read_across_frames=True
        )
        return reader.read()


def pack(prefix: Path, tmp_path: Path) -> bytes:
    archive = tmp_path / "e.tar.zst"
    assert main(["pack", "-q", "-p", str(prefix), "-o", str(archive)]) == 0
    content = content_of(archive)
    assert b"relocate.py" in content
    return content


def test_a_venv_keeps_its_secrets(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    (info,) = venv.glob("lib/python3*/site-packages/pip-*.dist-info")
    url = f"https://me:{SECRET}@example.org/pip.git"
    origin = {"url": url, "vcs_info": {"vcs": "git", "commit_id": "abc"}}
    (info / "direct_url.json").write_text(json.dumps(origin))
    with (info / "RECORD").open("a") as record:
        record.write(f"{info.name}/direct_url.json,,\n")
    (venv / "pip.conf").write_text(
        f"[global]\nindex-url = https://u:{SECRET}@h/simple\n"
    )
    (venv / ".netrc").write_text(f"machine h login u password {SECRET}\n")
    content = pack(venv, tmp_path)
    assert SECRET.encode() not in content
    # What is no secret still goes along.
    assert b"https://example.org/pip.git" in content
    assert b"index-url = https://h/simple" in content


def test_a_conda_prefix_keeps_its_secrets(small_prefix: Path, tmp_path: Path) -> None:
    (record,) = (small_prefix / "conda-meta").glob("numpy-*.json")
    data = json.loads(record.read_bytes())
    data["url"] = f"https://u:{SECRET}@conda.example.org/t/{SECRET}/main/numpy.conda"
    data["channel"] = f"https://conda.example.org/t/{SECRET}/main"
    data["requested_spec"] = f"https://conda.example.org/t/{SECRET}/main::numpy"
    record.unlink()  # a hard link to the package cache may hold the original
    record.write_text(json.dumps(data))
    with (small_prefix / "conda-meta" / "history").open("a") as history:
        history.write(f"# cmd: conda install -c https://h/t/{SECRET}/main numpy\n")
    (small_prefix / ".condarc").write_text(f"channels: [https://u:{SECRET}@h/main]\n")
    content = pack(small_prefix, tmp_path)
    assert SECRET.encode() not in content
    assert b"conda.example.org/main/numpy.conda" in content
    assert b"conda install -c https://h/main numpy" in content
