"""verify: tell whether an archive or an environment is as it was made."""

from caddis.stages.verify.archive import Damage, check_signature, verify_archive
from caddis.stages.verify.prefix import Verified, verify_prefix

__all__ = [
    "Damage",
    "Verified",
    "check_signature",
    "verify_archive",
    "verify_prefix",
]
