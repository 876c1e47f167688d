"""The Windows programs that start a Python script, as distlib and pip have them."""

from __future__ import annotations

from importlib.resources import files

from caddis.errors import EngineError

_WIDTHS = {"win-32": "32", "win-64": "64", "win-arm64": "64-arm"}


class DistlibLaunchers:
    """Fulfils `caddis.ports.packages.Launchers`."""

    def launcher(self, platform: str, *, gui: bool) -> bytes:
        """Give the launcher for *platform* (see `Launchers`)."""
        width = _WIDTHS.get(platform)
        if width is None:
            raise EngineError(f"There is no launcher of commands for {platform}")
        name = f"{'w' if gui else 't'}{width}.exe"
        return (files("distlib") / name).read_bytes()
