"""Every byte of an archive: frames, what is around them, and who signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ArchiveError
from caddis.model.archive import FrameOf
from caddis.model.self_extracting import is_whole
from caddis.ports.archives import Archive
from caddis.ports.formats import Signer
from caddis.ports.progress import Reporter, Silent


@dataclass(frozen=True, kw_only=True, slots=True)
class Damage:
    """A part of an archive that is not as it was made."""

    part: str
    """`numpy 2.1.0`, or what stands around the frames."""

    def __str__(self) -> str:
        return f"{self.part} is damaged"


def verify_archive(
    archive: Archive, *, threads: int = 2, reporter: Reporter | None = None
) -> tuple[Damage, ...]:
    """Read all of *archive* and name what changed since it was made."""
    reporter = reporter or Silent()
    damaged = []
    spans = sorted(archive.spans(), key=lambda span: -span[0].frame.size)
    with ThreadPoolExecutor(threads) as pool:
        digests = pool.map(lambda span: _digest(archive, *span), spans)
        for done, ((layer, _), digest) in enumerate(zip(spans, digests, strict=True)):
            reporter.step(done, len(spans), f"verify {layer.name}")
            if digest != layer.frame.sha256:
                damaged.append(Damage(part=f"{layer.name} {layer.version}".strip()))
    # What closes a zip is worked out from its frames, so they come first.
    return tuple(damaged or _around_frames(archive))


def check_signature(
    archive: Archive, *, signer: Signer, allowed: Path, identity: str = ""
) -> str:
    """Check who signed *archive* and say so; all its frames stand in what is signed.

    Raises:
        ArchiveError: it is not signed, not by someone in the file *allowed*, or
            changed since.
    """
    if not archive.signature:
        raise ArchiveError(
            f"{archive.path} is not signed",
            hint="Ask whoever made it to pack it with --sign KEY.",
        )
    return signer.check(
        archive.manifest_text, archive.signature, allowed=allowed, identity=identity
    )


def _around_frames(archive: Archive) -> Iterator[Damage]:
    if not is_whole(b"".join(archive.read(0, archive.start))):
        yield Damage(part="the script in front")
    with archive.path.open("rb") as file:
        expected = archive.codec.end(
            file, start=archive.start, head=archive.frames_start - archive.start
        )
        file.seek(archive.frames_end)
        if file.read(len(expected) + 1) != expected:
            yield Damage(part="the manifest or the end of the archive")


def _digest(archive: Archive, layer: FrameOf, start: int) -> str:
    digest = hashlib.sha256()
    for chunk in archive.read(start, layer.frame.size):
        digest.update(chunk)
    return digest.hexdigest()
