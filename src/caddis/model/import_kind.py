"""What an import asks of the environment."""

from __future__ import annotations

from enum import Enum


class ImportKind(str, Enum):
    """What an import asks of the environment, strongest demand first."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    """Under an if; needed where `Import.marker` holds, if that is known."""
    DEFERRED = "deferred"
    """In a function: needed when that runs."""
    IMPLIED = "implied"
    """Not imported, but needed by a call, as openpyxl by pandas.read_excel."""
    OPTIONAL = "optional"
    """Guarded by a handler for ImportError or broader."""
    TYPING = "typing"
    TEST = "test"
    """In a test, a build script or a documentation set-up."""
    POSSIBLE = "possible"
    """A string that names a module, as in a list of plug-ins."""
    UNKNOWN = "unknown"
    """A dynamic import with a computed name; `Import.module` is empty."""
    STDLIB = "stdlib"
    FIRST_PARTY = "first-party"
    RELATIVE = "relative"
