"""Match specs as people write them."""

from __future__ import annotations

from rattler import MatchSpec
from rattler.exceptions import InvalidMatchSpecError

from caddis.errors import ProjectError
from caddis.model.channels import spec_in_full


def read_spec(text: str) -> MatchSpec:
    """Read a match spec as people and environment.yml write it.

    Raises:
        ProjectError: it is not one.
    """
    try:
        return MatchSpec(spec_in_full(text), strict=False)
    except InvalidMatchSpecError as error:
        reason = str(error).splitlines()[0]
        raise ProjectError(
            f"{text!r} is not a conda package spec: {reason}",
            hint="Write it like numpy, numpy >=2 or numpy 2.1.*",
        ) from None
