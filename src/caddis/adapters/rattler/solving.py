"""Solving: choosing records out of what channels have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rattler import (
    Channel,
    ChannelPriority,
    Gateway,
    GenericVirtualPackage,
    PackageName,
    RepoDataRecord,
    RepoDataSource,
    Subdir,
    Version,
    solve,
)
from rattler.exceptions import FetchRepoDataError, GatewayError, SolverError
from rattler.package import BuildString

from caddis.adapters.rattler.channels import read_channels
from caddis.adapters.rattler.cutoff import ChannelUntil
from caddis.adapters.rattler.failures import is_shared, no_answer
from caddis.adapters.rattler.records import record_of
from caddis.adapters.rattler.specs import read_spec
from caddis.errors import ResolveError
from caddis.model.channels import in_full
from caddis.model.urls import public
from caddis.ports.conda import CondaQuery


async def choose(
    query: CondaQuery, gateway: Gateway, why: Callable[[], str]
) -> list[RepoDataRecord]:
    """Choose the records of all that *query* needs, as *gateway* knows them.

    *why* tells what went wrong for who asked *gateway* before.

    Raises:
        ResolveError: nothing fulfils it.
        FetchError: a channel did not answer.
        SystemFailure: what it says cannot be kept.
    """
    try:
        return await solve(
            sources=await _sources(query, gateway),
            specs=[read_spec(text) for text in query.specs],
            gateway=gateway,
            platforms=[Subdir(query.platform), Subdir("noarch")],
            locked_packages=[record_of(package) for package in query.preferred],
            virtual_packages=[*map(_virtual, query.virtual_packages)],
            constraints=[read_spec(text) for text in query.constraints],
            channel_priority=ChannelPriority.Strict,
        )
    except SolverError as error:
        told = public(str(error))
        raise ResolveError(f"No conda packages fulfil this:\n{told}") from None
    except (GatewayError, FetchRepoDataError) as error:
        told = str(error)
        if is_shared(told):
            told = why() or told
        raise no_answer(told, query.channels) from None


async def _sources(
    query: CondaQuery, gateway: Gateway
) -> list[Channel | RepoDataSource]:
    if not query.exclude_newer:
        return [*read_channels(query.channels)]
    found: list[Channel | RepoDataSource] = []
    for name in in_full(query.channels):
        channel = ChannelUntil(
            name,
            gateway=gateway,
            until=datetime.fromisoformat(query.exclude_newer),
            platform=query.platform,
        )
        await channel.read_names()
        found.append(channel)
    return found


def _virtual(text: str) -> GenericVirtualPackage:
    name, version, build = text.split("=")
    return GenericVirtualPackage(
        PackageName(name), Version(version), BuildString.new_unchecked(build)
    )
