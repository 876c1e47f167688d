"""A wheel as a layer, as if it had been installed.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import csv
import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ArchiveError
from caddis.model.layers import Entry, Layer
from caddis.model.prefix.dist_info import (
    DistHead,
    RecordRow,
    is_bytecode,
    parse_head,
    record_hash,
)
from caddis.model.prefix.dist_layer import (
    dist_layer,
    entry_points,
    is_left_out,
    read_tags,
)
from caddis.ports.packages import Member, OpenedPackage
from caddis.stages.assemble.commands import Commands


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wheel:
    """A wheel and where its files go."""

    package: OpenedPackage
    info: str
    """Its dist-info folder, in the wheel."""
    head: DistHead
    site_packages: str
    scripts: str
    headers: str

    @property
    def metadata(self) -> str:
        """The dist-info folder, in the prefix."""
        return f"{self.site_packages}/{self.info}"

    def place(self, path: str) -> str:
        """Say where the file *path* of the wheel goes in a prefix."""
        top, _, rest = path.partition("/")
        if not top.endswith(".data") or not rest:
            return f"{self.site_packages}/{path}"
        kind, _, inside = rest.partition("/")
        folders = {
            "purelib": self.site_packages,
            "platlib": self.site_packages,
            "scripts": self.scripts,
            "headers": self.headers,
            "data": "",
        }
        if kind not in folders or not inside:
            raise ArchiveError(f"The wheel of {self.head.name} has a strange {path}")
        return posixpath.join(folders[kind], inside)

    def text(self, name: str) -> str:
        """Read a file of the dist-info; empty when there is none."""
        content = self.package.read(f"{self.info}/{name}")
        return (content or b"").decode("utf-8", "replace")


def wheel_layer(package: OpenedPackage, *, python: str, commands: Commands) -> Layer:
    """Make the layer of a wheel for Python *python*, `3.11`.

    Raises:
        ArchiveError: it is not a wheel as the standard has it.
    """
    wheel = _read_wheel(package, python, commands)
    entries: dict[str, Entry] = {}
    for path, member in package.members.items():
        place = wheel.place(path)
        if not is_bytecode(place) and not is_left_out(place, wheel.metadata):
            entry = _entry(wheel, path, member, commands)
            entries[entry.path] = entry
    scripts = entry_points(
        wheel.text("entry_points.txt"), name=wheel.head.name, python=python
    )
    for name, call in scripts.items():
        command = commands.calling(name, call)
        entries[command.path] = command
    told = {
        row.path: row
        for row in _rows(wheel)
        if not is_bytecode(row.path) and not is_left_out(row.path, wheel.metadata)
    }
    forgotten = [
        _row(entry)
        for path, entry in entries.items()
        if path not in told and isinstance(entry.source, str)
    ]
    missing = told.keys() - entries.keys()
    return dist_layer(
        wheel.head,
        metadata=wheel.metadata,
        entries=entries.values(),
        rows=(*(told[path] for path in told.keys() - missing), *forgotten),
        tags=read_tags(wheel.text("WHEEL")),
        different=missing,
    )


def _read_wheel(package: OpenedPackage, python: str, commands: Commands) -> _Wheel:
    infos = {path.partition("/")[0] for path in package.members}
    infos = {top for top in infos if f"{top}/WHEEL" in package.members}
    infos = {top for top in infos if top.endswith(".dist-info")}
    if len(infos) != 1 or f"{min(infos)}/METADATA" not in package.members:
        raise ArchiveError(
            f"{package.file.url} is not a wheel: it has no dist-info folder",
            hint="Ask who published it.",
        )
    (info,) = infos
    metadata = (package.read(f"{info}/METADATA") or b"").decode("utf-8", "replace")
    head = parse_head(io.StringIO(metadata, newline=None), folder=info)
    host = commands.host
    include = "Include" if host.exe else f"include/site/python{python}"
    return _Wheel(
        package=package,
        info=info,
        head=head,
        site_packages=host.site_packages(python),
        scripts=host.scripts,
        headers=f"{include}/{head.name}",
    )


def _entry(wheel: _Wheel, path: str, member: Member, commands: Commands) -> Entry:
    place = wheel.place(path)
    is_script = posixpath.dirname(place) == wheel.scripts
    if is_script:
        command = commands.script(place, Path(member.source).read_bytes())
        if command is not None:
            return command
    return Entry(
        path=place,
        source=member.source,
        executable=member.executable or (is_script and ".data/scripts/" in path),
    )


def _rows(wheel: _Wheel) -> Iterator[RecordRow]:
    text = wheel.text("RECORD")
    for row in csv.reader(io.StringIO(text)):
        if len(row) == len(RecordRow._fields):
            yield RecordRow(path=wheel.place(row[0]), hash=row[1], size=row[2])


def _row(entry: Entry) -> RecordRow:
    """Describe a file that RECORD forgets."""
    content = Path(str(entry.source)).read_bytes()
    return RecordRow(path=entry.path, hash=record_hash(content), size=str(len(content)))
