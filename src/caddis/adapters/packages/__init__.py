"""Package files: fetched, checked against the lock, and opened once for all.

    CACHE/packages/ab/abcdef…/index.json   path, number, executable, link of each file
    CACHE/packages/ab/abcdef…/0, 1, 2 …    the contents

The folder has the name of the file's sha256. Contents have numbers for names, so no
name in a package, however hostile or long, is ever a name on this disk. Bytecode is
left out, as it is made anew wherever it is wanted.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from caddis.adapters.packages.fetch import Fetcher, file_name
from caddis.adapters.packages.kept import KeptPackages
from caddis.adapters.packages.opening import Kept, open_folder, open_package
from caddis.model.lock import LockedFile
from caddis.ports.packages import Member, OpenedPackage
from caddis.ports.progress import Reporter

__all__ = ["DiskPackageStore", "Fetcher", "KeptPackages"]

_INDEX = "index.json"


class DiskPackageStore:
    """Fulfils `caddis.ports.packages.PackageStore`; may be deleted at any time."""

    def __init__(
        self,
        folder: Path,
        *,
        fetcher: Fetcher,
        kept: KeptPackages | None = None,
        threads: int = 4,
    ) -> None:
        """*kept* are packages that other tools have; what is there is not fetched."""
        self._folder = folder / "packages"
        self._fetcher = fetcher
        self._kept = kept or KeptPackages()
        self._threads = threads

    def open(
        self, files: Sequence[LockedFile], *, folder: Path, reporter: Reporter
    ) -> list[OpenedPackage]:
        """Get each of *files* (see `PackageStore`), several at a time."""
        with ThreadPoolExecutor(self._threads) as pool:
            tasks = {pool.submit(self._open, file, folder): file for file in files}
            try:
                for done, task in enumerate(as_completed(tasks), start=1):
                    task.result()
                    reporter.step(done, len(tasks), f"get {file_name(tasks[task])}")
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            return [task.result() for task in tasks]

    def fetch(self, file: LockedFile, into: Path, *, folder: Path) -> Path:
        """Get and check *file* as it is (see `PackageStore`)."""
        self._fetcher.check_vouched(file)
        return self._fetcher.fetch(file, into=into / file_name(file), folder=folder)

    def _open(self, file: LockedFile, folder: Path) -> OpenedPackage:
        self._fetcher.check_vouched(file)
        place = self._folder / file.sha256[:2] / file.sha256
        if not (place / _INDEX).is_file():
            self._add(file, place, folder)
        return OpenedPackage(file=file, members=_read_index(place))

    def _add(self, file: LockedFile, place: Path, folder: Path) -> None:
        """Make *place*, whole or not at all; another process may be faster."""
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=place.parent, suffix=".new"))
        try:
            _write_index(self._take_apart(file, beside, folder), beside)
            if not (place / _INDEX).is_file():
                shutil.rmtree(place, ignore_errors=True)
                os.rename(beside, place)
        except OSError:
            if not (place / _INDEX).is_file():
                raise
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _take_apart(
        self, file: LockedFile, beside: Path, folder: Path
    ) -> dict[str, Kept]:
        """Write the contents of *file* to *beside*, wherever it can be had."""
        name = file_name(file)
        found = self._kept.file(file, name)
        if found is not None:
            return open_package(found, name, beside)
        opened = self._kept.opened(file, name)
        if opened is not None:
            return open_folder(opened, name, beside)
        path = self._fetcher.fetch(file, into=beside / "package", folder=folder)
        kept = open_package(path, name, beside)
        (beside / "package").unlink(missing_ok=True)
        return kept


def _write_index(kept: dict[str, Kept], folder: Path) -> None:
    rows = [(path, *kept[path]) for path in sorted(kept)]
    (folder / _INDEX).write_text(json.dumps(rows), encoding="utf-8")


def _read_index(place: Path) -> dict[str, Member]:
    start = f"{place}{os.sep}"
    rows = json.loads((place / _INDEX).read_bytes())
    return {
        path: Member(
            source="" if link else f"{start}{number}", executable=executable, link=link
        )
        for path, number, executable, link in rows
    }
