"""Look at packages of conda that have arrived, while rattler installs the others.

Python is idle then, and the next sync needs to know size and time of each file.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from caddis.model.lock import LockedPackage
from caddis.stages.sync.installed import conda_package
from caddis.stages.sync.seen import Seen, key_of, look_at


class Onlooker:
    """Sees packages of conda as they arrive in a prefix, in a thread of its own."""

    def __init__(self, prefix: Path, packages: Iterable[LockedPackage]) -> None:
        self._prefix = prefix
        records = prefix / "conda-meta"
        self._records = {
            package.name: records
            / f"{package.name}-{package.version}-{package.build}.json"
            for package in packages
        }
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._looks: list[Future[dict[str, Seen]]] = []

    def __enter__(self) -> Onlooker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def arrived(self, name: str) -> None:
        """Look at the package *name* soon, if it is in the lock."""
        if record := self._records.get(name):
            self._looks.append(self._thread.submit(self._look, record))

    def seen(self) -> dict[str, Seen]:
        """Give what was seen, when all that arrived has been looked at."""
        return {key: one for look in self._looks for key, one in look.result().items()}

    def _look(self, record: Path) -> dict[str, Seen]:
        with suppress(OSError):
            package = conda_package(record)
            return {key_of(package): look_at(self._prefix, package)}
        return {}
