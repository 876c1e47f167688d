"""Sources in git: `lib @ git+https://git.example/lib@COMMIT#subdirectory=python`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from caddis.model.direct import place_of
from caddis.model.prefix.dist_layer import public_origin

_GIT = re.compile(
    r"git\+(?P<url>[^#]+)@(?P<commit>[0-9a-f]{40,64})(?:#(?P<fragment>.*))?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GitSource:
    """A project in one commit of a repository."""

    url: str
    commit: str
    """Lower-case hex, whole."""
    below: str = ""
    """Folder of the project, relative to the repository; empty for its top."""

    @property
    def origin(self) -> bytes | None:
        """Give the `direct_url.json` of what is installed from here (PEP 610)."""
        about = {
            "vcs": "git",
            "commit_id": self.commit,
            "requested_revision": self.commit,
        }
        told = {"url": self.url, "vcs_info": about}
        if self.below:
            told["subdirectory"] = self.below
        return public_origin(json.dumps(told).encode())


def git_source(source: str) -> GitSource | None:
    """Read a direct reference; None when it is not one of a commit in git."""
    found = _GIT.fullmatch(place_of(source))
    if found is None:
        return None
    parts = (part.partition("=") for part in (found["fragment"] or "").split("&"))
    below = next((value for key, _, value in parts if key == "subdirectory"), "")
    return GitSource(url=found["url"], commit=found["commit"], below=below)
