"""Make the layers of installed packages anew: from the cache, a channel, an index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import PrefixError
from caddis.host import Host
from caddis.model.environment import Environment
from caddis.model.layers import Layer
from caddis.model.requirements import Ecosystem
from caddis.ports.progress import Reporter
from caddis.ports.pypi import PypiResolver
from caddis.stages.assemble import Supplies, assemble
from caddis.stages.inventory import read_environment
from caddis.workflow.completing import complete


@dataclass(frozen=True, kw_only=True, slots=True)
class RepairFromFiles:
    """Fulfils `caddis.ports.repairs.Repairs`."""

    host: Host
    supplies: Callable[[], Supplies]
    """Made when there is something to repair."""
    pypi: Callable[[], PypiResolver]
    """Asked for the files that nobody noted."""
    virtual_packages: tuple[str, ...]
    """Those of this machine."""
    reporter: Reporter

    def layers(self, prefix: Path, names: Collection[str]) -> Sequence[Layer]:
        """Make the layers (see `Repairs`)."""
        found = read_environment(
            prefix, host=self.host, virtual_packages=self.virtual_packages
        )
        damaged = _only(found, names)
        if any(not package.files for package in damaged.packages):
            damaged = complete(damaged, pypi=self.pypi())
        assembled = assemble(
            damaged.to_lock(),
            host=self.host,
            folder=prefix,
            supplies=self.supplies(),
            reporter=self.reporter,
        )
        return (*assembled.conda, *assembled.pypi)


def _only(found: Environment, names: Collection[str]) -> Environment:
    """Select the packages *names*; of one in both ecosystems, PyPI's counts."""
    chosen = {p.name: p for p in found.packages if p.name in names}
    for package in chosen.values():
        if package.ecosystem is Ecosystem.CONDA and not package.files:
            raise PrefixError(
                f"nobody noted where {package.name} {package.version} came from, so its"
                " files cannot be had again",
                hint="Install it again, or pack without --repair.",
            )
    return replace(found, packages=tuple(chosen.values()))
