"""The virtual packages of this machine, found out in the cheapest way that will do."""

from __future__ import annotations

import os

from caddis.host import has_nvidia_driver, machine_packages


def virtual_packages() -> tuple[str, ...]:
    """Describe this machine in conda's virtual packages, `name=version=build`.

    rattler is asked where a driver has to tell of `__cuda`, or where the user
    overrides what a machine has.
    """
    overridden = any(name.startswith("CONDA_OVERRIDE_") for name in os.environ)
    if not (overridden or has_nvidia_driver()):
        return machine_packages()
    from caddis.adapters.rattler.machine import detect_packages

    return detect_packages()
