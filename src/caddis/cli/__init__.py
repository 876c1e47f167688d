"""The command line: the only place that prints, exits or reads the environment."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper

from caddis import __version__
from caddis.cli.commands import COMMANDS
from caddis.errors import CaddisError, UsageError

_INTERRUPTED = 130
_GARBAGE_AT = 100_000
"""New objects between two collections of garbage; Python's own number is 700."""
_ENDING = """\
caddis COMMAND --help tells more; --version says which caddis this is.

Exit codes: 0 done; 1 a check found a difference; 130 interrupted; and where the
cause is known: 2 the command line, 3 a file of the project, 4 an import of no known
package, 5 what cannot be resolved, 6 an index or the network, 7 a prefix, 8 an
archive, 9 an engine, 10 the system."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `caddis.errors`).

    Without *argv* this is the whole program.
    """
    if argv is not None:
        return _run_and_explain(list(argv))
    _widen_output()
    code = _run_and_explain(sys.argv[1:])
    _leave_rattler(code)
    # All that is left goes with the process: nothing has to be looked for in it.
    gc.freeze()
    return code


def _widen_output() -> None:
    r"""Print names that the encoding of stdout cannot hold, instead of failing.

    Files and pipes get UTF-8, as their readers expect. A terminal keeps its encoding,
    and gets escapes such as `\u0161` for what is not in it.
    """
    if not isinstance(sys.stdout, TextIOWrapper) or sys.stdout.encoding == "utf-8":
        return
    if sys.stdout.isatty():
        sys.stdout.reconfigure(errors="backslashreplace")
    else:
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def _leave_rattler(code: int) -> None:
    """End the process at once if rattler has been at work in it.

    Its threads still touch Python while the interpreter is taken down, which crashes
    one process in seven after all is done (py-rattler 0.28, Python 3.11).
    """
    if "rattler" not in sys.modules:
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run_and_explain(words: list[str]) -> int:
    """Run the command that *words* name; print failures, and return the exit code."""
    try:
        code = _dispatch(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except CaddisError as error:
        return _explain(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        from caddis.cli.failures import system_failure

        return _explain(system_failure(error))


def _discard_output() -> None:
    """Point stdout to nowhere: Python flushes it at exit, into the closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _dispatch(words: list[str]) -> int:
    if words[:1] == ["help"] and len(words) > 1:
        words = [words[1], "--help"]
    if words and words[0] in COMMANDS:
        return _run(words[0], words[1:])
    return _run_without_command(words)


def _run(command: str, words: Sequence[str]) -> int:
    # Commands make many small values that live to the end: look for garbage rarely.
    gc.set_threshold(_GARBAGE_AT)
    from caddis.cli.parser import CommandParser, formatter_for

    module = import_module(f"caddis.cli.commands.{command}")
    parser = CommandParser(
        prog=f"caddis {command}",
        description=module.__doc__,
        formatter_class=formatter_for(words),
        # --extra is not to be taken for --extra-index-url.
        allow_abbrev=False,
    )
    module.configure(parser)
    if hasattr(module, "prepare"):
        words = module.prepare(words)
    args = parser.read(words)
    code: int = module.run(args)
    return code


def _run_without_command(words: Sequence[str]) -> int:
    if words and words[0] in {"--version", "-V"}:
        print(f"caddis {__version__}")
        return 0
    if not words or words[0] in {"--help", "-h", "help"}:
        print(_help())
        return 0
    from caddis.cli.other_words import HINTS, behind_command
    from caddis.cli.parser import nearest

    is_option = words[0].startswith("-")
    if is_option and (meant := behind_command(words, tuple(COMMANDS))):
        raise UsageError(
            "Options stand behind the command", hint=f"did you mean: {meant}"
        )
    kind = "option" if is_option else "command"
    close = nearest(words[0], (*COMMANDS, "--help", "--version"))
    hint = HINTS.get(words[0]) or close or "See caddis --help."
    raise UsageError(f"caddis has no {kind} {words[0]!r}", hint=hint)


def _help() -> str:
    width = max(map(len, COMMANDS))
    rows = (f"  {name:{width}}  {purpose}" for name, purpose in COMMANDS.items())
    return "\n".join(
        (
            "usage: caddis COMMAND [OPTIONS]",
            "",
            "A folder of Python in, an environment that runs anywhere out.",
            "",
            *rows,
            "",
            _ENDING,
        )
    )


def _explain(error: CaddisError) -> int:
    from caddis.model.words import visible

    print(f"error: {visible(str(error))}", file=sys.stderr)
    if error.hint:
        print(f"hint: {visible(error.hint)}", file=sys.stderr)
    return error.exit_code
