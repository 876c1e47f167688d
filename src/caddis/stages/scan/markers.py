"""Turn conditions of code into PEP 508 markers, where they are ones."""

from __future__ import annotations

import ast
from functools import lru_cache

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TEXT_VARIABLES = {
    "sys.platform": "sys_platform",
    "platform": "sys_platform",
    "os.name": "os_name",
    "name": "os_name",
    "platform.system()": "platform_system",
    "platform.machine()": "platform_machine",
    "platform.python_implementation()": "platform_python_implementation",
    "sys.implementation.name": "implementation_name",
}
_VERSIONS = {"sys.version_info", "version_info"}
_MAJOR = {"sys.version_info[0]", "sys.version_info.major"}


@lru_cache(maxsize=4096)
def marker_of(condition: str, *, holds: bool = True) -> str:
    """Say when *condition* is true (or false), as a marker; empty when it cannot."""
    try:
        tree = ast.parse(condition.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    return _marker(tree, holds=holds)


def both(first: str, second: str) -> str:
    """Join two markers, either of which may be empty, with `and`."""
    if not first or not second:
        return first or second
    parts = [*_conjuncts(first), *_conjuncts(second)]
    return " and ".join(dict.fromkeys(parts))


def _conjuncts(marker: str) -> list[str]:
    """Take a marker apart that `both` may have made; alternatives stay together."""
    if " or " not in marker:
        return marker.split(" and ")
    return [marker if marker.startswith("(") else f"({marker})"]


def _marker(node: ast.expr, *, holds: bool) -> str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _marker(node.operand, holds=not holds)
    if isinstance(node, ast.BoolOp):
        return _joined(node, holds=holds)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(node, holds=holds)
    if isinstance(node, ast.Call):
        return _starts_with(node, holds=holds)
    return ""


def _joined(node: ast.BoolOp, *, holds: bool) -> str:
    """By De Morgan, a negated `and` is an `or` of negated parts."""
    parts = [_marker(value, holds=holds) for value in node.values]
    all_needed = isinstance(node.op, ast.And) == holds
    if all_needed:
        known = [part for part in parts if part]
        joined = ""
        for part in known:
            joined = both(joined, part)
        return joined
    if not all(parts):
        return ""
    return " or ".join(dict.fromkeys(parts))


def _comparison(node: ast.Compare, *, holds: bool) -> str:
    left, right = ast.unparse(node.left), node.comparators[0]
    operator = node.ops[0]
    if left in _TEXT_VARIABLES and isinstance(operator, (ast.In, ast.NotIn)):
        return _membership(
            _TEXT_VARIABLES[left], right, holds=holds == isinstance(operator, ast.In)
        )
    sign = _COMPARISONS.get(type(operator))
    if sign is None:
        return ""
    if not holds:
        sign = _OPPOSITE[sign]
    if left in _TEXT_VARIABLES and sign in {"==", "!="}:
        value = _text(right)
        return f'{_TEXT_VARIABLES[left]} {sign} "{value}"' if value else ""
    if left in _MAJOR:
        return _whole_version(sign, _numbers(right), parts=1)
    if left == "sys.version_info[:2]":
        return _whole_version(sign, _numbers(right), parts=2)
    if left in _VERSIONS:
        return _version(sign, _numbers(right))
    return ""


def _version(sign: str, numbers: tuple[int, ...]) -> str:
    """`version_info > (3, 8)` is true of 3.8.1 also: the longer tuple is more."""
    if not numbers or sign in {"==", "!="}:
        return ""
    if len(numbers) <= 2:
        return _bound({">": ">=", "<=": "<"}.get(sign, sign), numbers)
    text = ".".join(map(str, numbers[:3]))
    return f'python_full_version {sign} "{text}"'


def _whole_version(sign: str, numbers: tuple[int, ...], *, parts: int) -> str:
    """Compare the first *parts* of a version, and nothing after them."""
    if len(numbers) != parts:
        return ""
    following = (*numbers[:-1], numbers[-1] + 1)
    if sign == ">":
        return _bound(">=", following)
    if sign == "<=":
        return _bound("<", following)
    if sign in {"<", ">="}:
        return _bound(sign, numbers)
    if parts == 2:
        return _bound(sign, numbers)
    inside, outside = _bound(">=", numbers), _bound("<", following)
    if sign == "==":
        return both(inside, outside)
    return f"{_bound('<', numbers)} or {_bound('>=', following)}"


def _bound(sign: str, numbers: tuple[int, ...]) -> str:
    major, minor = (*numbers, 0)[:2]
    return f'python_version {sign} "{major}.{minor}"'


def _membership(variable: str, options: ast.expr, *, holds: bool) -> str:
    if not isinstance(options, (ast.Tuple, ast.List, ast.Set)):
        return ""
    values = [_text(item) for item in options.elts]
    if not values or not all(values):
        return ""
    sign, word = ("==", " or ") if holds else ("!=", " and ")
    return word.join(f'{variable} {sign} "{value}"' for value in values)


def _starts_with(node: ast.Call, *, holds: bool) -> str:
    """`sys.platform.startswith("win")` is how platforms were told apart of old."""
    if ast.unparse(node.func) != "sys.platform.startswith" or len(node.args) != 1:
        return ""
    platforms = {"win": "win32", "linux": "linux", "darwin": "darwin", "cygwin": ""}
    platform = platforms.get(_text(node.args[0]) or "", "")
    sign = "==" if holds else "!="
    return f'sys_platform {sign} "{platform}"' if platform else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if '"' not in node.value else ""
    return ""


def _numbers(node: ast.expr) -> tuple[int, ...]:
    values = node.elts if isinstance(node, ast.Tuple) else [node]
    numbers = []
    for value in values:
        if not isinstance(value, ast.Constant) or not isinstance(value.value, int):
            break
        numbers.append(value.value)
    return tuple(numbers)
