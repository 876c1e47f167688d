"""Which dotted names an import asks about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from caddis.model.import_forms import Form
from caddis.model.import_table import Imports
from caddis.model.imports import Import, ImportKind
from caddis.model.names import prefixes

NEEDED = frozenset(
    {
        ImportKind.REQUIRED,
        ImportKind.CONDITIONAL,
        ImportKind.DEFERRED,
        ImportKind.IMPLIED,
    }
)
"""Kinds that the code cannot do without."""

WANTED = (
    *(kind for kind in ImportKind if kind in NEEDED),
    ImportKind.OPTIONAL,
    ImportKind.TYPING,
    ImportKind.TEST,
    ImportKind.POSSIBLE,
)
"""Kinds that some package may have to provide, strongest demand first."""


def third_party(imports: Imports) -> Imports:
    """Leave out what the project itself or the standard library provides."""
    return imports.of_kinds(WANTED).where(lambda form: bool(form.module))


def targets(found: Import | Form) -> tuple[str, ...]:
    """List what an import may load: `from a import b` may load the module `a.b`."""
    names = [name for name in found.names if name.isidentifier()]
    if not names:
        return (found.module,)
    return tuple(f"{found.module}.{name}" for name in names)


def asked_by(imports: Imports) -> Iterator[str]:
    """Yield what *imports* may load: the same once for each form of an import."""
    for number in imports.numbers():
        yield from targets(imports.forms[number])


def label(target: str, namespaces: Collection[str]) -> str:
    """Shorten a dotted name to the part that one package would provide alone."""
    own = ""
    for prefix in reversed(prefixes(target)):
        own = prefix
        if prefix not in namespaces:
            break
    return own
