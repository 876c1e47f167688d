"""What a person sees: progress, notes and results; silence in a pipe."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, _ActionsContainer
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from caddis.model.words import on_one_line, visible
from caddis.ports.progress import Stage

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_REDRAW = 0.1
"""Seconds between two pictures of the progress bar."""


def add_output_options(parser: ArgumentParser) -> None:
    """Add what commands with an answer of their own take: --json and --quiet."""
    parser.add_argument(
        "--json", action="store_true", help="print the result as JSON on stdout"
    )
    add_quiet_option(parser)


def add_quiet_option(parser: _ActionsContainer) -> None:
    """Add --quiet."""
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing but errors"
    )


class Console:
    """Shows work in progress on stderr and its result on stdout.

    A `caddis.ports.progress.Narrator`. The progress bar appears only where stderr
    is a terminal; notes and stages are plain lines everywhere.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self._quiet = quiet
        self._json = as_json
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._drawn = 0.0

    def __enter__(self) -> Console:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    def step(self, done: int, total: int, label: str) -> None:
        """Show *done* of *total* on a terminal."""
        if self._quiet or not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console as Rich
            from rich.progress import Progress

            # Drawn by this thread: where there is another, work does not fork.
            self._bar = Progress(
                console=Rich(stderr=True), transient=True, auto_refresh=False
            )
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        if self._task is not None:
            self._bar.update(
                self._task,
                description=_label(label),
                completed=done,
                total=total or None,
                refresh=self._is_due(),
            )

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now - self._drawn < _REDRAW:
            return False
        self._drawn = now
        return True

    def note(self, message: str) -> None:
        """Tell something that did not stop the work."""
        if not self._quiet:
            self._clear()
            # Other lines of it are indented, so that no name can pass for a note.
            told = visible(message).replace("\n", "\n      ")
            print(f"note: {told}", file=sys.stderr)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time one stage of a longer line of work and show its result."""
        stage = Stage()
        start = time.perf_counter()
        yield stage
        stage.seconds = time.perf_counter() - start
        self._clear()
        if not self._quiet:
            result = on_one_line(stage.result)
            print(f"{name:<9} {stage.seconds:6.2f} s  {result}", file=sys.stderr)

    def result(self, text: str, data: Any) -> None:
        """Print a command's answer: *data* with --json, *text* without."""
        self._clear()
        if self._json:
            import json

            print(visible(json.dumps(data, indent=2, ensure_ascii=False)))
        elif text and not self._quiet:
            print(visible(text))

    def _clear(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _label(text: str) -> str:
    """Write *text* so that rich takes none of it for markup."""
    from rich.markup import escape

    return escape(on_one_line(text))
