"""Which libraries Python sources open by their name while they run.

ctypes and cffi open what they are told, and no ELF file says so. What they are told
mostly stands in the source as text: `find_library("cairo")`, `"libcairo.so.2"`.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from caddis.model.code_tree import parsed_module
from caddis.model.layers import Layer

_MODULES = (b"ctypes", b"dlopen")
_CALLS = (b"dlopen", b"CDLL", b"_library", b"Library(")
"""A source without any of both opens no library; most are not worth parsing."""
_OPENERS = re.compile(r"dlopen|CDLL|(?:find|load|locate)_?library", re.IGNORECASE)
"""Names of functions that open libraries, or look for them."""
_SONAME = re.compile(r"lib[\w+.-]+\.so(?:\.\d+)*")
_WORD = re.compile(r"[A-Za-z][\w+.-]*")
_TEST_FOLDERS = frozenset({"test", "tests"})


def opened_by(dist: Layer) -> set[str]:
    """List what the sources of *dist* open, its tests apart: see `opened_in`."""
    return {
        name
        for entry in dist.entries
        if isinstance(entry.source, str) and _is_source(entry.path)
        for name in opened_in(Path(entry.source).read_bytes())
    }


def opened_in(source: bytes) -> set[str]:
    """List what *source* opens: `libcairo.so.2`, or `cairo` where it looks for that.

    Texts that are the name of a library count wherever they stand, for they often
    stand in a list; other words only where they are given to a function that opens.
    """
    for marks in (_MODULES, _CALLS):
        if not any(mark in source for mark in marks):
            return set()
    tree = parsed_module(source.decode("utf-8-sig", "replace"))
    if tree is None:
        return set()
    texts = {text for text in _texts([tree]) if _SONAME.fullmatch(text)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _OPENERS.search(_called(node)):
            texts.update(filter(_WORD.fullmatch, _texts(node.args)))
    return texts


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the texts in *nodes* that stand there whole."""
    waiting = deque(nodes)
    while waiting:
        node = waiting.popleft()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if not isinstance(node, ast.JoinedStr):
            waiting.extend(ast.iter_child_nodes(node))


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_source(path: str) -> bool:
    return path.endswith(".py") and _TEST_FOLDERS.isdisjoint(path.split("/"))
