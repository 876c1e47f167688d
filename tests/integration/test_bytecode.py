"""Bytecode: left out, carried or made while unpacking; valid, and always the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from caddis.cli import main

pytestmark = pytest.mark.integration


def pack(prefix: Path, out: Path, *options: str) -> bytes:
    assert main(["pack", "-q", "-p", str(prefix), "-o", str(out), *options]) == 0
    return out.read_bytes()


def unpack(archive: Path, prefix: Path, *options: str) -> Path:
    words = ["unpack", "-q", str(archive), "-p", str(prefix)]
    assert main([*words, *options]) == 0
    return prefix


def compiled(prefix: Path) -> list[Path]:
    return sorted(prefix.rglob("*.pyc"))


def run(prefix: Path, *words: str) -> str:
    command = [str(prefix / "bin" / "python"), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def stamps(prefix: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in compiled(prefix)}


def test_bytecode_is_left_out_by_default(small_prefix: Path, tmp_path: Path) -> None:
    run(small_prefix, "-c", "import yaml")
    assert compiled(small_prefix)
    pack(small_prefix, tmp_path / "e.tar.gz")
    assert not compiled(unpack(tmp_path / "e.tar.gz", tmp_path / "env"))


def test_carried_bytecode_is_valid_and_reproducible(
    small_prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pack(small_prefix, tmp_path / "e.tar.gz", "--pyc")
    prefix = unpack(tmp_path / "e.tar.gz", tmp_path / "env")
    before = stamps(prefix)
    assert len(before) > 500
    # Bytecode that is not believed would be written again.
    run(prefix, "-c", "import yaml, json, numpy")
    assert stamps(prefix) == before
    # Only what is compiled without any help from this run's caches proves anything.
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "another cache"))
    assert pack(small_prefix, tmp_path / "again.tar.gz", "--pyc") == first
    assert str(small_prefix).encode() not in b"".join(
        path.read_bytes() for path in compiled(prefix)
    )


def test_unpack_can_compile_and_the_bytecode_follows_edits(
    small_prefix: Path, tmp_path: Path
) -> None:
    pack(small_prefix, tmp_path / "e.tar.gz")
    prefix = unpack(tmp_path / "e.tar.gz", tmp_path / "env", "--compile")
    before = stamps(prefix)
    said = run(
        prefix, "-c", "import yaml, json; print(json.loads.__code__.co_filename)"
    )
    assert said.startswith(f"{prefix}/lib/python3")
    assert stamps(prefix) == before
    (source,) = prefix.glob("lib/python3*/site-packages/yaml/__init__.py")
    source.write_text(source.read_text() + "\nedited = True\n")
    assert run(prefix, "-c", "import yaml; print(yaml.edited)") == "True\n"


def test_an_interpreter_with_its_bytecode_can_be_verified(tmp_path: Path) -> None:
    # The manifest has hashes of the interpreter's files; bytecode is not among them.
    venv = tmp_path / "venv"
    create = [sys.executable, "-m", "venv", "--without-pip", str(venv)]
    subprocess.run(create, check=True)
    pack(venv, tmp_path / "e.tar.gz", "--pyc")
    prefix = unpack(tmp_path / "e.tar.gz", tmp_path / "env")
    assert len(compiled(prefix)) > 500
    assert main(["verify", "-q", str(prefix)]) == 0
    (module,) = prefix.glob("lib/python3*/os.py")
    module.write_text("")
    assert main(["verify", "-q", str(prefix)]) == 1
