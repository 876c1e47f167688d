"""Read ELF files with pyelftools."""

from __future__ import annotations

import struct
from itertools import islice
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from caddis.adapters.elf.facts import Facts
from caddis.model.versions import numbers

_MAGIC = b"\x7fELF"
_TAGS = {"DT_NEEDED": "needed", "DT_RPATH": "rpath", "DT_RUNPATH": "runpath"}
"""Entries of a dynamic section, and where pyelftools keeps what they say."""
_MOST = 10_000
"""Entries of one kind that are read; a damaged file may say that there is no end."""
_DAMAGED = (
    *(ELFError, struct.error, OSError, AssertionError, AttributeError),
    *(LookupError, OverflowError, TypeError, ValueError),
)
"""What pyelftools raises when a file only begins like an ELF file."""


def read(path: Path) -> Facts:
    """Read *path*; nothing of what is no ELF file, or a damaged one."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                return Facts()
            file.seek(0)
            return _facts_of(ELFFile(file))
    except _DAMAGED:
        return Facts()


def _facts_of(elf: ELFFile) -> Facts:
    dynamic = elf.get_section_by_name(".dynamic")
    if not isinstance(dynamic, DynamicSection):
        return Facts()
    needed: list[str] = []
    folders: list[str] = []
    for tag in islice(dynamic.iter_tags(), _MOST):
        value = getattr(tag, _TAGS.get(tag.entry.d_tag, ""), "")
        if tag.entry.d_tag == "DT_NEEDED":
            needed.append(value)
        elif value:
            folders += value.split(":")
    return Facts(tuple(needed), tuple(filter(None, folders)), _glibc(elf))


def _glibc(elf: ELFFile) -> str:
    section = elf.get_section_by_name(".gnu.version_r")
    if not isinstance(section, GNUVerNeedSection):
        return ""
    wanted = (each for _, of_file in section.iter_versions() for each in of_file)
    versions = (
        version.name.removeprefix("GLIBC_")
        for version in islice(wanted, _MOST)
        if version.name.startswith("GLIBC_")
    )
    # GLIBC_PRIVATE and its like are no versions.
    dotted = (v for v in versions if v.replace(".", "").isdigit())
    return max(dotted, key=numbers, default="")
