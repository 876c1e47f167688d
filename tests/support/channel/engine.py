"""What py-rattler does for the tests: index a channel, install a prefix from it.

The tests use it directly, so that caddis's own adapter is not its own judge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path


def index_channel(channel: Path) -> str:
    """Write the repodata of every platform folder; return the channel's URL."""
    from rattler.index import index_fs

    (channel / "noarch").mkdir(parents=True, exist_ok=True)
    # Without force a rebuilt file of the same name keeps its old record.
    asyncio.run(index_fs(channel, force=True, write_shards=False))
    return channel.as_uri()


def install_prefix(
    channel: str,
    specs: Sequence[str],
    prefix: Path,
    *,
    cache: Path,
    hard_links: bool = False,
) -> Path:
    """Solve *specs* from the *channel* URL and install them; return *prefix*.

    *cache* takes repodata and extracted packages. The prefix gets copies, so that a
    test may change them; *hard_links* shares the files, as installers do.
    """
    asyncio.run(_install(channel, specs, prefix, cache, hard_links=hard_links))
    return prefix


async def _install(
    channel: str, specs: Sequence[str], prefix: Path, cache: Path, *, hard_links: bool
) -> None:
    from rattler import Gateway, MatchSpec, VirtualPackage, install, solve
    from rattler.config import Config

    parsed = [MatchSpec(spec) for spec in specs]
    records = await solve(
        sources=[channel],
        specs=parsed,
        gateway=Gateway(cache_dir=cache / "repodata"),
        virtual_packages=VirtualPackage.detect(),
    )
    allowed = str(hard_links).lower()
    await install(
        records,
        prefix,
        cache_dir=cache / "pkgs",
        requested_specs=[spec._match_spec for spec in parsed],
        show_progress=False,
        config=Config.from_toml(f"allow-hard-links = {allowed}"),
    )
