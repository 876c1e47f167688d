"""Every failure that caddis can explain, one class an exit code.

| exit code | class | what it means |
|---|---|---|
| 0 | | done |
| 1 | `CheckFailed` | a `--check`, `--strict` or comparison found a difference |
| 2 | `UsageError` | the command line or an option makes no sense |
| 3 | `ProjectError` | a file of the project cannot be read or says something illegal |
| 4 | `UnknownImportError` | an import has no package that evidence supports |
| 5 | `ResolveError` | no set of packages fulfils what was asked |
| 6 | `FetchError` | an index, a channel or the network did not answer |
| 7 | `PrefixError` | a prefix is not what it should be or cannot be changed |
| 8 | `ArchiveError` | an archive is damaged, unsafe or cannot be moved |
| 9 | `EngineError` | uv, rattler or another tool failed in a way we cannot explain |
| 10 | `SystemFailure` | disk full, no permission, a missing file of the system |
| 130 | | interrupted by Ctrl-C |
"""

from typing import ClassVar


class CaddisError(Exception):
    """A failure we can explain; the CLI shows it without a traceback."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class CheckFailed(CaddisError):
    """Something that was only to be compared is different."""

    exit_code = 1


class UsageError(CaddisError):
    """The command line makes no sense."""

    exit_code = 2


class ProjectError(CaddisError):
    """A file of the project cannot be read or says something illegal."""

    exit_code = 3


class UnknownImportError(CaddisError):
    """An import has no package that evidence supports."""

    exit_code = 4


class ResolveError(CaddisError):
    """No set of packages fulfils what was asked."""

    exit_code = 5


class FetchError(CaddisError):
    """An index, a channel or the network did not answer."""

    exit_code = 6


class PrefixError(CaddisError):
    """A prefix is not what it should be or cannot be changed."""

    exit_code = 7


class ArchiveError(CaddisError):
    """The archive is damaged, unsafe or cannot be moved."""

    exit_code = 8


class EngineError(CaddisError):
    """An engine failed in a way that caddis cannot explain."""

    exit_code = 9


class SystemFailure(CaddisError):
    """The machine said no: disk full, no permission, a file missing."""

    exit_code = 10
