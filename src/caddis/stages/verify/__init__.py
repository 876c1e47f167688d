"""verify: tell whether an archive, a delta or an environment is as it was made."""

from caddis.stages.verify.archive import (
    Damage,
    check_signature,
    verify_archive,
    verify_delta,
)
from caddis.stages.verify.prefix import Verified, verify_prefix

__all__ = [
    "Damage",
    "Verified",
    "check_signature",
    "verify_archive",
    "verify_delta",
    "verify_prefix",
]
