"""Packages in whose files a prefix stands are known in another prefix, too."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from tests.unit.environments.prefixes import Prefix
from tests.unit.record.remembering import (
    Memory,
    is_known,
    read,
)


def placed_prefix(path: Path, *, script: str = "print()\n") -> Prefix:
    """Make a prefix with a package in whose files the prefix stands."""
    files = {
        "bin/made": f"#!{path}/bin/python\nprint()\n",
        "bin/tool": f"#!{path}/bin/python\n{script}",
        "lib/tool.pc": f"prefix={path}\n",
    }
    told = [
        {
            "_path": name,
            "sha256_in_prefix": hashlib.sha256(text.encode()).hexdigest(),
            "size_in_bytes": len(text),
            "file_mode": "text",
            "prefix_placeholder": "/placeholder",
        }
        for name, text in files.items()
    ]
    told[0] = {
        "_path": "bin/made",
        "path_type": "unix_python_entry_point",
        "sha256": told[0]["sha256_in_prefix"],
        "size_in_bytes": told[0]["size_in_bytes"],
    }
    prefix = Prefix(path=path)
    prefix.conda("tool", files=files, more={"paths_data": {"paths": told}})
    for name in ("bin/made", "bin/tool"):
        (path / name).chmod(0o755)
    return prefix


def test_a_package_is_known_where_another_prefix_is_in_its_files(
    tmp_path: Path,
) -> None:
    memory = Memory()
    one, two = placed_prefix(tmp_path / "one"), placed_prefix(tmp_path / "number-two")
    first, second = read(one, memory)["tool"], read(two, memory)["tool"]
    assert not is_known(first)
    assert is_known(second)
    assert second.layer.key == first.layer.key
    fresh = read(two, Memory())["tool"]
    assert tuple(second.layer.entries) == fresh.layer.entries


def test_a_script_that_differs_in_more_than_the_prefix_is_read(tmp_path: Path) -> None:
    memory = Memory()
    read(placed_prefix(tmp_path / "one"), memory)
    other = placed_prefix(tmp_path / "two")
    script = other.path / "bin/tool"
    status = script.stat()
    script.write_text(f"#!{tmp_path}/one/bin/python\nprint({str(tmp_path)!r})\n")
    os.utime(script, ns=(0, status.st_mtime_ns))
    assert not is_known(read(other, memory)["tool"])


def test_a_file_in_which_only_the_prefix_is_new_is_not_edited(tmp_path: Path) -> None:
    # conda-unpack writes it there, and leaves the hash of the old one in the record.
    text = "prefix={}\n"
    told = {
        "_path": "lib/tool.pc",
        "sha256": hashlib.sha256(text.format("/placeholder").encode()).hexdigest(),
        "sha256_in_prefix": hashlib.sha256(b"prefix=/built/here").hexdigest(),
        "prefix_placeholder": "/placeholder",
    }
    prefix = Prefix(path=tmp_path)
    files = {"lib/tool.pc": text.format(tmp_path)}
    prefix.conda("tool", files=files, more={"paths_data": {"paths": [told]}})
    later = (tmp_path / "conda-meta/tool-1.0-h1_0.json").stat().st_mtime_ns + 10**9
    os.utime(tmp_path / "lib/tool.pc", ns=(0, later))
    assert read(prefix, Memory())["tool"].edited == ()
    (tmp_path / "lib/tool.pc").write_text(text.format(tmp_path) + "more\n")
    os.utime(tmp_path / "lib/tool.pc", ns=(0, later))
    assert read(prefix, Memory())["tool"].edited == ("lib/tool.pc",)
