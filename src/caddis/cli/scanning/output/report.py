"""All that a scan can tell, before it has a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from caddis.model.findings import Finding
from caddis.model.imports import Import, Scan
from caddis.model.requirements import Ecosystem, Requirements


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was found, what it needs, and what does not fit the declaration."""

    scan: Scan
    weighed: Sequence[Import]
    """The imports, of the kinds that they have seen from the whole project."""
    requirements: Requirements
    ecosystem: Ecosystem
    name: str
    """Of the scanned folder."""
    findings: tuple[Finding, ...] = ()
    is_checked: bool = False
    """Whether it was compared with what the project declares."""
    channels: tuple[str, ...] = ("conda-forge",)
    python: str = ""
    """As `3.11`."""
