"""Archives in other forms: a folder, an image to mount."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caddis.adapters.archive_file import open_archive
from caddis.bootstrap.relocate import CannotRelocate, relocate
from caddis.errors import UsageError
from caddis.model.archive import Manifest
from caddis.model.modes import OF_ARCHIVES
from caddis.ports.codecs import ChooseCodec
from caddis.stages.unpack import unpack_unrelocated


@dataclass(frozen=True, kw_only=True, slots=True)
class AsFolder:
    """Gives an archive the form of a folder that can be copied anywhere."""

    choose: ChooseCodec
    final: Path | None = None
    """The prefix that it will have; where nothing is said, it finds out by itself."""

    def __call__(self, archive: Path, out: Path, *, manifest: Manifest) -> None:  # noqa: ARG002
        """Write the files of *archive* to the new or empty folder *out*."""
        opened = open_archive(archive, choose=self.choose)
        unpack_unrelocated(opened, out)
        if self.final is None:
            return
        try:
            relocate(str(out), str(self.final))
        except CannotRelocate as error:
            raise UsageError(
                str(error), hint="Choose a shorter --dest-prefix."
            ) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class AsImage:
    """Gives an archive the form of a file system image."""

    folder: AsFolder
    make: Callable[[Path, Path], None]

    def __call__(self, archive: Path, out: Path, *, manifest: Manifest) -> None:
        """Write the image *out*."""
        beside = Path(os.path.abspath(out)).parent
        with tempfile.TemporaryDirectory(prefix=".caddis-", dir=beside) as passing:
            files = Path(passing, "files")
            self.folder(archive, files, manifest=manifest)
            image = Path(passing, "image")
            self.make(files, image)
            image.chmod(OF_ARCHIVES)
            image.replace(out)
