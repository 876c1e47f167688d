"""Imports that stand in for what later Pythons bring, as tomli does for tomllib.

`try: import tomllib` with `except ImportError: import tomli` asks for tomli exactly
where Python has no tomllib: the handler is a condition on its version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from caddis.stages.scan.kinds import is_guard
from caddis.stages.scan.standard_library import ADDED, Version
from caddis.stages.scan.statements import Block, Statement

_MODULES: Mapping[str, Version] = {
    module: version for version, modules in ADDED.items() for module in modules.split()
}
_NAMES: Mapping[Version, str] = {
    (3, 9): "typing.Annotated functools.cache",
    (3, 10): """
    typing.Concatenate typing.ParamSpec typing.ParamSpecArgs typing.ParamSpecKwargs
    typing.TypeAlias typing.TypeGuard typing.is_typeddict contextlib.aclosing
    inspect.get_annotations itertools.pairwise types.EllipsisType types.NoneType
    types.UnionType
    """,
    (3, 11): """
    typing.LiteralString typing.Never typing.NotRequired typing.Required typing.Self
    typing.TypeVarTuple typing.Unpack typing.assert_never typing.assert_type
    typing.dataclass_transform typing.get_overloads typing.reveal_type asyncio.Runner
    asyncio.TaskGroup asyncio.timeout asyncio.timeout_at contextlib.chdir datetime.UTC
    enum.StrEnum
    """,
    (3, 12): "typing.TypeAliasType typing.override itertools.batched",
    (3, 13): "typing.NoDefault typing.ReadOnly typing.TypeIs warnings.deprecated",
}
"""What modules that are older gained."""
_VERSIONS: Mapping[str, Version] = {
    name: version for version, names in _NAMES.items() for name in names.split()
}
_GAINED_NAMES = frozenset(name.partition(".")[0] for name in _VERSIONS)
_FOR_NAMES = frozenset(
    "typing_extensions async_timeout taskgroup strenum backports.strenum".split()
)
"""Modules that are taken for what older ones gained."""


def with_fallbacks(
    statements: tuple[Statement, ...], modules: Collection[str]
) -> tuple[Statement, ...]:
    """Put conditions on the version in place of handlers that say the same.

    *modules* are all that *statements* import.
    """
    if _MODULES.keys().isdisjoint(modules) and (
        _FOR_NAMES.isdisjoint(modules) or _GAINED_NAMES.isdisjoint(modules)
    ):
        return statements
    settled = list(statements)
    for at, statement in enumerate(statements):
        if not _is_in_handler(statement):
            continue
        attempt = _attempt_before(statements, at)
        if attempt < 0:
            continue
        tried = statements[attempt]
        if version := _since(tried):
            settled[at] = _before(version, statement)
        elif version := _since(statement):
            settled[attempt] = _before(version, tried)
    return tuple(settled)


def _is_in_handler(statement: Statement) -> bool:
    blocks = statement.blocks
    return bool(blocks) and blocks[-1].keyword == "except" and is_guard(blocks[-1])


def _attempt_before(statements: Sequence[Statement], at: int) -> int:
    """Find the last import of the try to whose handler the statement *at* belongs."""
    *around, handler = statements[at].blocks
    while at > 0 and statements[at].blocks == (*around, handler):
        at -= 1
    *outside, attempt = statements[at].blocks or (Block(""),)
    is_tried = attempt.keyword == "try" and handler.head in attempt.others
    return at if is_tried and outside == around else -1


def _since(statement: Statement) -> Version | None:
    """Tell which Python was the first to bring what *statement* imports."""
    top = statement.module.partition(".")[0]
    if top in _MODULES:
        return _MODULES[top]
    names = (f"{statement.module}.{name}" for name in statement.names)
    return max((_VERSIONS[name] for name in names if name in _VERSIONS), default=None)


def _before(version: Version, statement: Statement) -> Statement:
    """Say that *statement* runs where Python is older than *version*."""
    condition = Block("if", f"sys.version_info < {version}")
    return statement._replace(blocks=(*statement.blocks[:-1], condition))
