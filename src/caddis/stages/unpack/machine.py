"""Whether an environment can run on a machine, told before anything is written."""

from __future__ import annotations

from caddis.errors import SystemFailure
from caddis.host import Host
from caddis.model.archive import Manifest
from caddis.model.versions import numbers


def check_machine(manifest: Manifest, *, host: Host, glibc: str) -> None:
    """Refuse an archive that cannot run here.

    *glibc* is the version of this machine's C library, as `2.36`; empty where it has
    another one.

    Raises:
        SystemFailure: the platform differs, or the C library is too old or missing.
    """
    anyway = "Pack it on such a machine, or unpack it here all the same with --anyway."
    if manifest.platform != host.platform:
        raise SystemFailure(
            f"the environment is for {manifest.platform}; this is {host.platform}",
            hint=anyway,
        )
    needed = manifest.needs.get("glibc", "")
    if not needed or not host.platform.startswith("linux"):
        return
    if numbers(glibc) < numbers(needed):
        have = f"this machine has {glibc}" if glibc else "this machine has none"
        raise SystemFailure(
            f"the environment needs glibc {needed}; {have}",
            hint=f"Pack it on a system with an older glibc. {anyway}",
        )
