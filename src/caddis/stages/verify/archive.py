"""Every byte of an archive: frames, what is around them, and who signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from caddis.errors import ArchiveError
from caddis.model.archive import FrameOf
from caddis.model.formats.self_extracting import is_whole
from caddis.ports.archives import Archive
from caddis.ports.deltas import Delta
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
        digests = pool.map(
            lambda span: _digest(archive, span[1], span[0].frame.size), spans
        )
        for done, ((layer, _), digest) in enumerate(zip(spans, digests, strict=True)):
            reporter.step(done, len(spans), f"verify {layer.name}")
            if digest != layer.frame.sha256:
                damaged.append(_damage(layer))
    # What closes a zip is worked out from its frames, so they come first.
    return tuple(damaged or _around_frames(archive))


def verify_delta(
    delta: Delta, *, reporter: Reporter | None = None
) -> tuple[Damage, ...]:
    """Read all of *delta* and name the layers whose part changed since it was made."""
    reporter = reporter or Silent()
    damaged = []
    for done, ((layer, start), recipe) in enumerate(
        zip(delta.spans(), delta.recipes, strict=True)
    ):
        reporter.step(done, len(delta.recipes), f"verify {layer.name}")
        parts = [(group.patch_size, group.patch_sha256) for group in recipe.groups]
        if recipe.is_whole:
            parts = [(layer.frame.size, layer.frame.sha256)]
        for size, expected in parts:
            if _digest(delta, start, size) != expected:
                damaged.append(_damage(layer))
                break
            start += size
    return tuple(damaged)


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


def _damage(layer: FrameOf) -> Damage:
    return Damage(part=f"{layer.name} {layer.version}".strip())


def _digest(archive: Archive, start: int, size: int) -> str:
    digest = hashlib.sha256()
    for chunk in archive.read(start, size):
        digest.update(chunk)
    return digest.hexdigest()
