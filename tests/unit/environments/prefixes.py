"""Prefixes written by hand, so that every record in them is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caddis.host import LINUX
from caddis.model.environment import Environment
from caddis.model.prefix.dist_info import record_hash
from caddis.stages.inventory import read_environment

SITE = "lib/python3.11/site-packages"
CHANNEL = "https://conda.anaconda.org/conda-forge"
EDITABLE = {"url": "file:///src/my%20lib", "dir_info": {"editable": True}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Prefix:
    """A folder that grows records."""

    path: Path

    def conda(
        self,
        name: str,
        version: str = "1.0",
        *,
        files: Mapping[str, str] | None = None,
        depends: Sequence[str] = (),
        channel: str = CHANNEL,
        requested: str = "",
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a conda package with text *files*."""
        paths = [self._write(path, text) for path, text in (files or {}).items()]
        record = {
            "name": name,
            "version": version,
            "build": "h1_0",
            "build_number": 0,
            "subdir": "linux-64",
            "depends": list(depends),
            "url": f"{channel}/linux-64/{name}-{version}-h1_0.conda",
            "channel": f"{channel}/linux-64",
            "sha256": hashlib.sha256(name.encode()).hexdigest(),
            "md5": hashlib.md5(name.encode()).hexdigest(),
            "requested_spec": requested,
            "files": [path["_path"] for path in paths],
            "paths_data": {"paths": paths},
            **(more or {}),
        }
        meta = self.path / "conda-meta"
        meta.mkdir(parents=True, exist_ok=True)
        (meta / f"{name}-{version}-h1_0.json").write_text(json.dumps(record))

    def python(self) -> None:
        """Add conda's Python."""
        self.conda("python", "3.11.7", files={"bin/python3.11": "#!/bin/sh\n"})

    def venv(self, *, more: str = "") -> None:
        """Make it a virtual environment."""
        (self.path / SITE).mkdir(parents=True)
        text = f"home = /usr/bin\nversion = 3.11.7\n{more}"
        (self.path / "pyvenv.cfg").write_text(text)

    def dist(
        self,
        name: str,
        version: str = "1.0",
        *,
        installer: str = "uv",
        requested: bool = False,
        requires: Sequence[str] = (),
        extras: Sequence[str] = (),
        direct_url: Mapping[str, Any] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Path:
        """Add a distribution; return its metadata folder."""
        module = name.replace("-", "_").lower()
        info = f"{SITE}/{module}-{version}.dist-info"
        metadata = [f"Name: {name}", f"Version: {version}"]
        metadata += [f"Requires-Dist: {text}" for text in requires]
        metadata += [f"Provides-Extra: {extra}" for extra in extras]
        metadata += ["", "The description says Requires-Dist: nothing", ""]
        content = {
            f"{SITE}/{module}.py": f"name = {name!r}\n",
            **(files or {}),
            f"{info}/METADATA": "\n".join(metadata),
            f"{info}/INSTALLER": f"{installer}\n",
        }
        if requested:
            content[f"{info}/REQUESTED"] = ""
        if direct_url:
            content[f"{info}/direct_url.json"] = json.dumps(direct_url)
        rows = []
        for path, text in content.items():
            self._write(path, text)
            shown = path.removeprefix(f"{SITE}/")
            if shown == path:
                shown = f"../../../{path}"
            rows.append(f"{shown},{record_hash(text.encode())},{len(text.encode())}")
        rows.append(f"{info.removeprefix(f'{SITE}/')}/RECORD,,")
        (self.path / info / "RECORD").write_text("\n".join(rows) + "\n")
        return self.path / info

    def history(self, *lines: str) -> None:
        """Write conda's history."""
        path = self.path / "conda-meta" / "history"
        path.write_text("\n".join(("==> 2024-01-01 10:00:00 <==", *lines)) + "\n")

    def _write(self, path: str, text: str) -> dict[str, Any]:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "size_in_bytes": len(text.encode()),
        }


def read(prefix: Prefix) -> Environment:
    """Tell what *prefix* is."""
    return read_environment(prefix.path, host=LINUX)


def specs(environment: Environment) -> list[str]:
    """List what was asked for."""
    return [str(asked) for asked in environment.requested]
