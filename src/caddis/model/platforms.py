"""What each of conda's platforms is in the words of PEP 508 markers."""

from __future__ import annotations

SYSTEM_AND_MACHINE = {
    "linux-64": ("linux", "x86_64"),
    "linux-aarch64": ("linux", "aarch64"),
    "osx-64": ("darwin", "x86_64"),
    "osx-arm64": ("darwin", "arm64"),
    "win-64": ("win32", "AMD64"),
    "win-arm64": ("win32", "ARM64"),
}
"""`sys_platform` and `platform_machine`."""
_SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}


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
        values["python_version"] = ".".join(python.split(".")[:2])
    if python.count(".") > 1:
        values["python_full_version"] = python
    return values
