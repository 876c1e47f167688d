"""Which format the name of an output asks for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from caddis.cli.archives.reading import choose_codec
from caddis.errors import UsageError

if TYPE_CHECKING:
    from caddis.ports.formats import Wrap
    from caddis.ports.frames import Codec

OUTPUT_HELP = "NAME.tar.zst, .tar.gz, .zip, .sh or .squashfs; FOLDER/ for plain files"
_COMPRESSED = (".tar.zst", ".tar.gz", ".tzst", ".tgz", ".sh")
_IMAGES = (".squashfs", ".sqfs")
ENDINGS = (*_COMPRESSED, *_IMAGES, ".zip")
"""Of files that hold an environment."""
SEPARATORS = ("/", os.sep)
"""How the name of a folder ends."""


class Format(NamedTuple):
    """How an archive is compressed, and what is made of it then."""

    codec: Codec
    wrap: Wrap | None = None


def choose_format(
    out: str,
    *,
    dest_prefix: Path | None = None,
    compress: str = "",
    threads: int = 0,
) -> Format:
    """Choose by the ending of *out*, as it was typed.

    *compress* is a level: `fast`, `best` or a number; *threads* 0 are all.

    Raises:
        UsageError: the ending says nothing, or an option is of no use with it.
    """
    from caddis.adapters.codecs import Zstd, codec_for_name, gzip_at

    if compress and not takes_level(out):
        raise UsageError(
            f"{out}: --compress is for {', '.join(_COMPRESSED)}",
            hint="The other formats have one way only, or none.",
        )
    if out.endswith(SEPARATORS):
        return Format(Zstd(), _as_folder(dest_prefix))
    if out.endswith(_IMAGES):
        return Format(Zstd(), _as_image(dest_prefix))
    if out.endswith(".zip"):
        from caddis.adapters.zip_codec import Zip

        return Format(Zip())
    if out.endswith(".sh"):
        from caddis.stages.wrap import write_self_extracting

        return Format(gzip_at(compress), write_self_extracting)
    return Format(codec_for_name(out, compress=compress, threads=threads))


def is_wrapped_at_prefix(out: str) -> bool:
    """Say whether the format of *out* relocates by itself to a known prefix."""
    return out.endswith((*SEPARATORS, *_IMAGES))


def takes_level(out: str) -> bool:
    """Say whether the format of *out* can be compressed more or less."""
    return out.endswith(_COMPRESSED)


def _as_folder(dest_prefix: Path | None) -> Wrap:
    from caddis.workflow.formats import AsFolder

    return AsFolder(choose=choose_codec, final=dest_prefix)


def _as_image(dest_prefix: Path | None) -> Wrap:
    from caddis.adapters.squashfs import make_image
    from caddis.workflow.formats import AsFolder, AsImage

    folder = AsFolder(choose=choose_codec, final=dest_prefix)
    return AsImage(folder=folder, make=make_image)
