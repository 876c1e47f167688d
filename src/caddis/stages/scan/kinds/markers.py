"""Turn conditions of code into PEP 508 markers, where they are ones."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from caddis.model.code_tree import parsed_expression

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_TEXT_VARIABLES = {
    "sys.platform": "sys_platform",
    "os.name": "os_name",
    "platform.system()": "platform_system",
    "platform.machine()": "platform_machine",
    "platform.python_implementation()": "platform_python_implementation",
    "sys.implementation.name": "implementation_name",
}
_IN_LOWER_CASE = {"windows": "Windows", "linux": "Linux", "darwin": "Darwin"}
"""Of platform.system(), whose values many compare after `.lower()`."""
_VERSIONS = {"sys.version_info", "version_info"}
_MAJOR = {"[0]", "[:1]", ".major"}
_MINOR = {"[1]", ".minor"}
_BOTH = {"[:2]", "[0:2]"}
_PLATFORMS = {
    "win": "win32",
    "win32": "win32",
    "linux": "linux",
    "darwin": "darwin",
    "cygwin": "cygwin",
}
"""How sys.platform may begin, and the whole of it since Python 3.3."""
_SYSTEMS = {name[:3]: name for name in _IN_LOWER_CASE.values()}
_SYSTEMS |= {name: name for name in _IN_LOWER_CASE.values()}
_BEGINNINGS = {
    "sys.platform": ("sys_platform", _PLATFORMS),
    "platform.system()": ("platform_system", _SYSTEMS),
}
"""Of what a beginning is enough: its marker, and the whole of what may begin so."""
_TELLS = re.compile(r"\b(?:sys|os|platform|version_info|six)\b")
"""What stands in every condition that is a marker, and few others."""
_SLICE = re.compile(r"(.+)\[:(\d+)\]$")
_DEEPEST = 50
"""Levels of a condition that is worth understanding."""
_FLAGS = {"six.PY2": "<", "six.PY3": ">="}
"""How the version compares with 3.0."""


@lru_cache(maxsize=4096)
def expression(condition: str) -> ast.expr | None:
    """Parse *condition*; None when it is not Python of ours, or nested too deeply."""
    tree = parsed_expression(condition.strip())
    return tree if tree is not None and _is_shallow(tree) else None


def _is_shallow(tree: ast.expr) -> bool:
    """Say whether functions that call themselves for each level will end well."""
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return True
    return False


@lru_cache(maxsize=4096)
def marker_of(condition: str, *, holds: bool = True) -> str:
    """Say when *condition* is true (or false), as a marker; empty when it cannot."""
    tree = expression(condition) if _TELLS.search(condition) else None
    return "" if tree is None else _marker(tree, holds=holds)


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
    if isinstance(node, ast.Compare):
        return _compared(node, holds=holds)
    if isinstance(node, ast.Call):
        return _starts_with(node, holds=holds)
    if isinstance(node, ast.Attribute):
        sign = _FLAGS.get(ast.unparse(node), "")
        return _bound(sign if holds else _OPPOSITE[sign], (3,)) if sign else ""
    return ""


def _joined(node: ast.BoolOp, *, holds: bool) -> str:
    """By De Morgan, a negated `and` is an `or` of negated parts."""
    parts = [_marker(value, holds=holds) for value in node.values]
    return _all_of(parts) if isinstance(node.op, ast.And) == holds else _any_of(parts)


def _all_of(parts: list[str]) -> str:
    """Join what is known; what is not only makes the whole rarer."""
    joined = ""
    for part in parts:
        joined = both(joined, part)
    return joined


def _any_of(parts: list[str]) -> str:
    return " or ".join(dict.fromkeys(parts)) if all(parts) else ""


def _compared(node: ast.Compare, *, holds: bool) -> str:
    """Take a chain apart: `a <= b < c` is `a <= b and b < c`."""
    sides = [node.left, *node.comparators]
    parts = [
        _comparison(left, operator, right, holds=holds)
        for left, operator, right in zip(sides[:-1], node.ops, sides[1:], strict=True)
    ]
    return _all_of(parts) if holds else _any_of(parts)


def _comparison(
    left: ast.expr, operator: ast.cmpop, right: ast.expr, *, holds: bool
) -> str:
    if isinstance(operator, (ast.In, ast.NotIn)):
        found = holds == isinstance(operator, ast.In)
        return _membership(left, right, holds=found)
    sign = _COMPARISONS.get(type(operator), "")
    if not sign:
        return ""
    if isinstance(left, (ast.Constant, ast.Tuple)):
        left, right, sign = right, left, _MIRRORED[sign]
    return _signed(ast.unparse(left), sign if holds else _OPPOSITE[sign], right)


def _signed(name: str, sign: str, value: ast.expr) -> str:
    if sign in {"==", "!="} and (text := _text(value)):
        part = _SLICE.match(name)
        if part and len(text) == int(part[2]):
            return _beginning(part[1], sign, text)
        return _text_marker(name, sign, text)
    if name == "sys.hexversion":
        return _hexadecimal_version(sign, _numbers(value))
    for variable in _VERSIONS:
        if name == variable:
            return _version(sign, _numbers(value))
        if name.startswith(variable):
            return _part_of_version(name.removeprefix(variable), sign, _numbers(value))
    return ""


def _text_marker(name: str, sign: str, text: str) -> str:
    """Compare a variable that has a marker of its own with *text*."""
    if name.endswith(".lower()"):
        name = name.removesuffix(".lower()")
        if name == "platform.system()":
            text = _IN_LOWER_CASE.get(text, "")
        elif name != "sys.platform":
            return ""
    variable = _TEXT_VARIABLES.get(name)
    return f'{variable} {sign} "{text}"' if variable and text else ""


def _version(sign: str, numbers: tuple[int, ...]) -> str:
    """`version_info > (3, 8)` is true of 3.8.1 also: the longer tuple is more."""
    if not numbers or sign in {"==", "!="}:
        return ""
    if len(numbers) <= 2:
        return _bound({">": ">=", "<=": "<"}.get(sign, sign), numbers)
    text = ".".join(map(str, numbers[:3]))
    return f'python_full_version {sign} "{text}"'


def _hexadecimal_version(sign: str, numbers: tuple[int, ...]) -> str:
    """`hexversion >= 0x030800f0`: major, minor, patch, and what comes before it."""
    if len(numbers) != 1 or sign not in {"<", ">="}:
        return ""
    major, minor, patch = (
        numbers[0] >> 24,
        numbers[0] >> 16 & 255,
        numbers[0] >> 8 & 255,
    )
    return _version(sign, (major, minor, patch) if patch else (major, minor))


def _part_of_version(part: str, sign: str, numbers: tuple[int, ...]) -> str:
    if part in _MAJOR:
        return _whole_version(sign, numbers, parts=1)
    if part in _BOTH:
        return _whole_version(sign, numbers, parts=2)
    if part in _MINOR and len(numbers) == 1:
        # Whoever asks for the minor version alone means Python 3.
        return _whole_version(sign, (3, *numbers), parts=2)
    return ""


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


def _membership(left: ast.expr, right: ast.expr, *, holds: bool) -> str:
    """`platform in (…)`, `"win" in platform` and PyPy's mark."""
    if isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        name, sign = ast.unparse(left), "==" if holds else "!="
        parts = [_signed(name, sign, item) for item in right.elts]
        if not all(parts):
            return ""
        return _any_of(parts) if holds else _all_of(parts)
    text, name = _text(left), ast.unparse(right)
    if text == "__pypy__" and name == "sys.builtin_module_names":
        return f'implementation_name {"==" if holds else "!="} "pypy"'
    variable = _TEXT_VARIABLES.get(name)
    if not text or not variable:
        return ""
    return f'"{text}" {"in" if holds else "not in"} {variable}'


def _starts_with(node: ast.Call, *, holds: bool) -> str:
    """`sys.platform.startswith("win")` is how platforms were told apart of old."""
    name = ast.unparse(node.func)
    if not name.endswith(".startswith") or len(node.args) != 1:
        return ""
    beginnings = node.args[0]
    wanted = beginnings.elts if isinstance(beginnings, ast.Tuple) else [beginnings]
    sign = "==" if holds else "!="
    whole = name.removesuffix(".startswith")
    parts = [_beginning(whole, sign, _text(item)) for item in wanted]
    if not all(parts):
        return ""
    return _any_of(parts) if holds else _all_of(parts)


def _beginning(name: str, sign: str, text: str) -> str:
    """Compare all of what *name* stands for, of which *text* is the beginning."""
    variable, known = _BEGINNINGS.get(name, ("", {}))
    return f'{variable} {sign} "{known[text]}"' if text in known else ""


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
