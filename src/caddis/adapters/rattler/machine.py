"""What rattler finds out about this machine."""

from __future__ import annotations

from rattler import VirtualPackage
from rattler.virtual_package import VirtualPackageOverrides


def detect_packages() -> tuple[str, ...]:
    """Describe this machine in conda's virtual packages, `name=version=build`.

    The driver is asked for `__cuda`; `CONDA_OVERRIDE_CUDA` and its like count.
    """
    found = (
        package.into_generic()
        for package in VirtualPackage.detect(VirtualPackageOverrides.from_env())
    )
    told = (f"{p.name.normalized}={p.version}={p.build_string}" for p in found)
    return tuple(sorted(told))
