"""A channel as it was on a day.

rattler's own `exclude_newer` goes by the time of indexing, so that a mirror indexed
today has nothing; here the time at which a package was built counts.
"""

from __future__ import annotations

from datetime import datetime

from rattler import Gateway, PackageName, RepoDataRecord, Subdir

from caddis.adapters.rattler.channels import read_channel


class ChannelUntil:
    """Offers what a channel had at a time (a `rattler.RepoDataSource`)."""

    def __init__(
        self, channel: str, *, gateway: Gateway, until: datetime, platform: str
    ) -> None:
        self._channel = read_channel(channel)
        self._gateway = gateway
        self._until = until
        self._platform = platform
        self._names: dict[str, list[str]] = {}

    async def read_names(self) -> None:
        """Ask the channel for the names of its packages, before they are needed."""
        for subdir in (self._platform, "noarch"):
            found = await self._gateway.names(
                sources=[self._channel], platforms=[Subdir(subdir)]
            )
            self._names[subdir] = [name.normalized for name in found]

    async def fetch_package_records(
        self, platform: Subdir, name: PackageName
    ) -> list[RepoDataRecord]:
        """Give the records of *name* that are old enough; rattler calls this."""
        found = await self._gateway.query(
            sources=[self._channel],
            platforms=[platform],
            specs=[name.normalized],
            recursive=False,
        )
        return [r for records in found for r in records if self._is_old_enough(r)]

    def package_names(self, platform: Subdir) -> list[str]:
        """List the names of *platform*; rattler calls this."""
        return self._names.get(str(platform), [])

    def _is_old_enough(self, record: RepoDataRecord) -> bool:
        """Compare the time; the few packages without one are older than the field."""
        built = record.timestamp
        return built is None or built <= self._until
