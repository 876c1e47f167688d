"""Copies of this process that work for it.

Threads of one Python take turns at everything but input, output and compression. With
tens of thousands of small files that is most of the time; processes do not wait for
each other. A fork has all that its parent has, so nothing but results is sent.

Each child takes the next number from a pipe that was filled beforehand, so that none
waits for another, and sends `number, good, result` back through a pipe of its own.
"""

from __future__ import annotations

import os
import pickle
import selectors
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NoReturn

from caddis.errors import SystemFailure
from caddis.ports.workers import Item, Result, Threads

_NUMBER = 2
"""Bytes of the number of an item; always written and read whole."""
_MOST_ITEMS = 4096 // _NUMBER
"""Their numbers fill a page, which every pipe holds while nobody reads it."""
_LENGTH = 8
"""Bytes in front of a result that say how long it is."""
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


class Forks:
    """Fulfils `caddis.ports.workers.Workers`, by threads where forking is not safe."""

    def __init__(self, count: int) -> None:
        self._count = count

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Result]:
        """Yield the results in the order of *items*.

        Raises:
            SystemFailure: a child was killed.
        """
        waiting = list(items)
        count = min(self._count, len(waiting))
        if count < 2:
            yield from map(function, waiting)
            return
        if len(waiting) > _MOST_ITEMS or not _is_alone():
            yield from Threads(self._count).map(function, waiting)
            return
        early: dict[int, Any] = {}
        wanted = 0
        for number, result in _results(function, waiting, count):
            early[number] = result
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1


def _is_alone() -> bool:
    """Say whether this is Linux, and a process without other threads.

    A lock that another thread holds would stay locked in the child for ever.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _results(
    function: Callable[[Any], Any], items: Sequence[Any], count: int
) -> Iterator[tuple[int, Any]]:
    """Yield the number and the result of each item, as they come."""
    numbers = _filled_pipe(len(items))
    children: dict[int, int] = {}
    try:
        for _ in range(count):
            child, answers = _start(function, items, numbers)
            children[answers] = child
        left = len(items)
        with selectors.DefaultSelector() as selector:
            for answers in children:
                selector.register(answers, selectors.EVENT_READ)
            while left:
                for key, _ in selector.select():
                    answer = _receive(key.fd)
                    if answer is None:
                        selector.unregister(key.fd)
                        _refuse_failed(children[key.fd])
                        continue
                    left -= 1
                    yield answer
    finally:
        os.close(numbers)
        for answers, child in children.items():
            os.close(answers)
            _stop(child)


def _filled_pipe(count: int) -> int:
    """Give the end to read from of a pipe with the numbers below *count*."""
    readable, writable = os.pipe()
    os.write(writable, b"".join(n.to_bytes(_NUMBER, "big") for n in range(count)))
    os.close(writable)
    return readable


def _start(
    function: Callable[[Any], Any], items: Sequence[Any], numbers: int
) -> tuple[int, int]:
    """Fork; give the child and the end to read from of its pipe."""
    parent = os.getpid()
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        _work(function, items, numbers=numbers, answers=writable, parent=parent)
    os.close(writable)
    return child, readable


def _work(
    function: Callable[[Any], Any],
    items: Sequence[Any],
    *,
    numbers: int,
    answers: int,
    parent: int,
) -> NoReturn:
    """Be the child: it never returns, and leaves without running its parent's ends."""
    import ctypes  # Only children need it.

    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        while os.getppid() == parent and (taken := os.read(numbers, _NUMBER)):
            number = int.from_bytes(taken, "big")
            _send(answers, (number, *_answer(function, items[number])))
        code = 0
    finally:
        os._exit(code)


def _answer(function: Callable[[Any], Any], item: Any) -> tuple[bool, Any]:
    try:
        return True, function(item)
    except Exception as error:  # noqa: BLE001  (the parent raises it)
        import traceback  # Hardly ever needed.

        return False, (error, traceback.format_exc())


def _send(answers: int, message: tuple[int, bool, Any]) -> None:
    content = pickle.dumps(message)
    left = memoryview(len(content).to_bytes(_LENGTH, "big") + content)
    while left:
        left = left[os.write(answers, left) :]


def _receive(answers: int) -> tuple[int, Any] | None:
    """Give the next number and result of a child; None when it has ended."""
    head = _read(answers, _LENGTH)
    content = _read(answers, int.from_bytes(head, "big"))
    if not content:
        return None
    number, good, result = pickle.loads(content)  # noqa: S301  (our own child wrote it)
    if good:
        return number, result
    error, trace = result
    raise error from RuntimeError(f"in a child process:\n{trace}")


def _read(answers: int, size: int) -> bytes:
    content = b""
    while len(content) < size:
        piece = os.read(answers, size - len(content))
        if not piece:
            return b""
        content += piece
    return content


def _refuse_failed(child: int) -> None:
    """Raise if *child* did not do all it could; leaves it to be waited for again."""
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    if ended is not None and ended.si_status != 0:
        raise SystemFailure(
            "a process that did part of the work was killed",
            hint="The machine may have too little memory; try it with --threads 1.",
        )


def _stop(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
