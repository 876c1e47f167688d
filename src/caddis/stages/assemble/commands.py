"""Commands: scripts on POSIX systems, programs on Windows.

A program is a launcher, a line that says where the interpreter is, and a zip file with
the script, one after another. The line is relative to the program, so a Windows
environment can be moved as well. https://distlib.readthedocs.io/
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass

from caddis.host import Host
from caddis.model.layers import Entry
from caddis.model.prefix.dist_layer import Call
from caddis.model.prefix.scripts import (
    call_text,
    entry_point_script,
    portable_script,
    script_body,
)
from caddis.ports.packages import Launchers

_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commands:
    """How commands are made for one platform."""

    host: Host
    launchers: Launchers

    def calling(self, name: str, call: Call) -> Entry:
        """Make the command *name* that calls a function."""
        path = f"{self.host.scripts}/{name}{self.host.exe}"
        if not self.host.exe:
            content = entry_point_script(call.module, call.attribute)
        else:
            text = call_text(call.module, call.attribute)
            content = self._program(text, gui=call.gui)
        return Entry(path=path, source=content, executable=True)

    def script(self, path: str, content: bytes) -> Entry | None:
        """Make a command of a script; None when it is not one of Python."""
        if not self.host.exe:
            script = portable_script(content)
            if script is None:
                return None
            return Entry(path=path, source=script, executable=True)
        body = script_body(content)
        if body is None:
            return None
        gui = content.startswith(b"#!pythonw")
        stem = path.removesuffix(".py").removesuffix(".pyw")
        program = self._program(body, gui=gui)
        return Entry(path=f"{stem}{self.host.exe}", source=program, executable=True)

    def _program(self, script: bytes, *, gui: bool) -> bytes:
        platform = self.host.platform
        launcher = self.launchers.launcher(platform, gui=gui)
        interpreter = "pythonw.exe" if gui else "python.exe"
        up = posixpath.relpath(".", self.host.scripts).replace("/", "\\")
        line = f"#!<launcher_dir>\\{up}\\{interpreter}\r\n".encode()
        return launcher + line + _zipped(script)


def _zipped(script: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py", _TIME), script)
    return out.getvalue()
