"""Conda's platforms, and what each is in the words of PEP 508 markers."""

from __future__ import annotations

from caddis.errors import UsageError
from caddis.model.versions import minor

SYSTEM_AND_MACHINE = {
    "linux-64": ("linux", "x86_64"),
    "linux-aarch64": ("linux", "aarch64"),
    "osx-64": ("darwin", "x86_64"),
    "osx-arm64": ("darwin", "arm64"),
    "win-64": ("win32", "AMD64"),
    "win-arm64": ("win32", "ARM64"),
}
"""`sys_platform` and `platform_machine`."""
_CONDA_ALONE = """
    emscripten-wasm32 freebsd-64 linux-32 linux-armv6l linux-armv7l linux-ppc64le
    linux-riscv64 linux-s390x wasi-wasm32 win-32 zos-z
""".split()
"""Platforms with channels, for which PyPI's packages are not resolved."""
_OTHER_NAMES = {
    "linux-arm64": "linux-aarch64",
    "mac": "osx-arm64",
    "macos": "osx-arm64",
    "macos-arm64": "osx-arm64",
    "darwin": "osx-arm64",
    "windows": "win-64",
    "win32": "win-64",
}
"""What other tools call some of them."""
_SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


def read_platform(text: str) -> str:
    """Check what a user typed for a platform.

    Raises:
        UsageError: no channel has a folder of that name.
    """
    if not text:  # What argparse hands over where nothing was said.
        return text
    from difflib import get_close_matches

    known = (*SYSTEM_AND_MACHINE, *_CONDA_ALONE)
    if text in known:
        return text
    other = _OTHER_NAMES.get(text.lower())
    close = [other] if other else get_close_matches(text.lower(), known, n=1)
    meant = f"Did you mean {close[0]}? " if close else ""
    raise UsageError(
        f"{text!r} is no platform",
        hint=f"{meant}These are the usual ones: {', '.join(SYSTEM_AND_MACHINE)}.",
    )


def platform_marker(platform: str) -> str:
    """Express one of the platforms with PyPI's names as a PEP 508 marker."""
    system, machine = SYSTEM_AND_MACHINE[platform]
    return f"sys_platform == '{system}' and platform_machine == '{machine}'"


def holds(marker: str, platform: str, python: str) -> bool:
    """Say whether *marker* is true on *platform*, without extras.

    *python* is `3.11` or `3.11.7`, or empty for the running one. An empty marker is
    always true; of a platform that is not known only the Python counts.
    """
    if not marker:
        return True
    # Here, because few files have markers.
    from packaging.markers import Marker

    return Marker(marker).evaluate(_values(platform, python))


def _values(platform: str, python: str) -> dict[str, str]:
    values = {"extra": ""}
    if platform in SYSTEM_AND_MACHINE:
        system, machine = SYSTEM_AND_MACHINE[platform]
        values["sys_platform"] = system
        values["platform_machine"] = machine
        values["platform_system"] = _SYSTEMS[system]
        values["os_name"] = "nt" if system == "win32" else "posix"
    if python:
        values["python_version"] = minor(python)
        # The first of a version, as uv has it, and not whichever runs here.
        is_full = python.count(".") > 1
        values["python_full_version"] = python if is_full else f"{python}.0"
    return values
