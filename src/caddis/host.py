"""The only question "which machine is this?", and how each kind lays out a prefix."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """How one operating system and processor lays out an environment."""

    platform: str
    """Conda's name of the platform, as `linux-64`."""
    scripts: str
    """Folder of executables, relative to the prefix."""
    exe: str
    """Suffix of executables."""
    stdlib: str
    """Folder of the standard library, `{version}` standing for `3.11`."""

    def python(self, prefix: Path) -> Path:
        """Find the interpreter of *prefix*; conda's on Windows is at its root."""
        at_root = prefix / f"python{self.exe}"
        if self.exe and at_root.exists():
            return at_root
        return prefix / self.scripts / f"python{self.exe}"

    def site_packages(self, version: str) -> str:
        """Say where packages go, relative to the prefix, for Python *version*."""
        return f"{self.stdlib.format(version=version)}/site-packages"


_POSIX = {"scripts": "bin", "exe": "", "stdlib": "lib/python{version}"}
_WINDOWS = {"scripts": "Scripts", "exe": ".exe", "stdlib": "Lib"}

LINUX = Host(platform="linux-64", **_POSIX)
LINUX_ARM = Host(platform="linux-aarch64", **_POSIX)
MACOS = Host(platform="osx-64", **_POSIX)
MACOS_ARM = Host(platform="osx-arm64", **_POSIX)
WINDOWS = Host(platform="win-64", **_WINDOWS)

HOSTS = {host.platform: host for host in (LINUX, LINUX_ARM, MACOS, MACOS_ARM, WINDOWS)}
"""By conda's platform name."""

_SYSTEMS = {"linux": "linux", "darwin": "osx", "win32": "win"}
_MACHINES = {"x86_64": "64", "amd64": "64", "aarch64": "aarch64", "arm64": "arm64"}


def this_host() -> Host:
    """Describe the machine that caddis runs on."""
    system = _SYSTEMS.get(sys.platform, sys.platform)
    machine = _machine()
    name = f"{system}-{_MACHINES.get(machine, machine)}"
    layout = _WINDOWS if system == "win" else _POSIX
    return HOSTS.get(name) or Host(platform=name, **layout)


def this_glibc() -> str:
    """Give the version of the GNU C library here, as `2.36`; empty without one."""
    # Here and below, because most commands do without, and it takes a while.
    import platform

    name, version = platform.libc_ver()
    return version if name == "glibc" else ""


def machine_packages() -> tuple[str, ...]:
    """Describe this machine in conda's virtual packages, `name=version=build`."""
    import platform

    found = {"__archspec": f"1={_machine()}"}
    system = _SYSTEMS.get(sys.platform, "")
    if system in {"linux", "osx"}:
        found["__unix"] = "0=0"
    if system == "linux":
        found["__linux"] = f"{_numbers(platform.release())}=0"
        library, version = platform.libc_ver()
        if library == "glibc":
            found["__glibc"] = f"{version}=0"
    if system == "osx":
        found["__osx"] = f"{platform.mac_ver()[0]}=0"
    if system == "win":
        found["__win"] = f"{_numbers(platform.version())}=0"
    return tuple(f"{name}={rest}" for name, rest in sorted(found.items()))


def has_nvidia_driver() -> bool:
    """Say whether there may be a `__cuda`, without asking the driver."""
    places = (
        "/proc/driver/nvidia/version",
        "/usr/lib/wsl/lib/libcuda.so.1",
        "C:/Windows/System32/nvcuda.dll",
    )
    return any(Path(place).exists() for place in places)


def _machine() -> str:
    if hasattr(os, "uname"):
        return os.uname().machine.lower()
    import platform

    return platform.machine().lower()


def _numbers(version: str) -> str:
    """Keep the numbers at the start: `6.1.0-13-amd64` is 6.1.0."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    return numbers[0] if numbers else "0"
