"""Wheels and conda packages of a few files, good ones and hostile ones."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from caddis.model.lock import LockedFile
from caddis.ports.packages import Member, OpenedPackage

_TIME = (1980, 1, 1, 0, 0, 0)


def locked_file(path: Path, url: str = "") -> LockedFile:
    """Vouch for the file at *path*, under its own name or *url*."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return LockedFile(url=url or path.as_uri(), sha256=digest, size=len(content))


def write_zip(
    path: Path, files: Mapping[str, bytes], modes: Mapping[str, int] | None = None
) -> Path:
    """Write a zip file; *modes* are those of Unix, kind included."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _TIME)
            # ZipInfo would repair a hostile name.
            member.filename = name
            member.external_attr = (modes or {}).get(name, 0o100644) << 16
            archive.writestr(member, content)
    return path


def write_tar(path: Path, members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write a `.tar.bz2` of *members*."""
    with tarfile.open(path, "w:bz2") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def tar_member(
    name: str, kind: bytes = tarfile.REGTYPE, target: str = ""
) -> tarfile.TarInfo:
    """Make the header of a member."""
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member


def opened_wheel(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    name: str = "demo",
    version: str = "1.0",
    tag: str = "py3-none-any",
    executable: Iterable[str] = (),
) -> OpenedPackage:
    """Open a wheel of *files*, to which metadata and RECORD are added."""
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    whole = {
        **files,
        f"{info}/METADATA": head.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n".encode(),
    }
    rows = [f"{path},{_hash(text)},{len(text)}" for path, text in whole.items()]
    whole[f"{info}/RECORD"] = "\n".join((*rows, f"{info}/RECORD,,")).encode()
    return opened(
        folder, whole, url=f"{name}-{version}-{tag}.whl", executable=executable
    )


def opened(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    url: str,
    executable: Iterable[str] = (),
    links: Mapping[str, str] | None = None,
) -> OpenedPackage:
    """Put *files* on disk as a store does."""
    members = {
        path: Member(source="", link=target) for path, target in (links or {}).items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    for number, (path, content) in enumerate(files.items()):
        source = folder / str(number)
        source.write_bytes(content)
        members[path] = Member(source=str(source), executable=path in set(executable))
    file = LockedFile(url=f"https://example.org/{url}", sha256="ab" * 32, size=1)
    return OpenedPackage(file=file, members=members)


def _hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.rstrip(b'=').decode()}"
