"""Files and folders that appear under their name when they are complete, or never.

They are made beside their place as `.NAME.PID.partial` and renamed at the end. What a
process left behind that was killed is removed by the next that makes the same thing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caddis.errors import PrefixError, SystemFailure

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def write_whole(path: Path, content: str | bytes) -> None:
    """Let the file *path* hold *content*, or leave it as it was.

    Its mode stays, and a link to it stays a link. What is no file, as a pipe, is
    written to.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    place = path.resolve()
    with whole_file(place, mode=0o666) as file:
        with open(file, "wb", closefd=False) as stream:
            stream.write(data)
        if place.exists():
            os.fchmod(file, stat.S_IMODE(place.stat().st_mode))


def check_folder_of(path: Path) -> None:
    """Refuse a *path* to be written whose folder is not there, before work begins.

    Raises:
        SystemFailure: the folder does not exist.
    """
    if not path.absolute().parent.is_dir():
        raise SystemFailure(
            f"the folder {path.parent} does not exist", hint="Make it first."
        )


@contextmanager
def whole_file(path: Path, *, mode: int = 0o644) -> Iterator[int]:
    """Open a file that replaces *path* when all went well; gives its descriptor."""
    beside = _beside(path)
    with writing_to(path, beside=beside):
        file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)
    try:
        try:
            with writing_to(path):
                yield file
        finally:
            os.close(file)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes the name *path* when all went well.

    Raises:
        PrefixError: something with files in it appeared at *path* meanwhile.
    """
    beside = _beside(path)
    with writing_to(path, beside=beside):
        beside.mkdir(mode=0o755)
    try:
        with writing_to(path):
            yield beside
        os.replace(beside, path)
    except BaseException as error:
        _remove(beside)
        if _is_taken(error):
            raise PrefixError(
                f"{path} appeared while it was being made",
                hint="Somebody else makes the same; use theirs or another name.",
            ) from None
        raise


@contextmanager
def writing_to(path: Path, *, beside: Path | None = None) -> Iterator[None]:
    """Name *path* in errors that name *beside*, which nobody knows, or nothing.

    The error of a full disk does not say which one it is.
    """
    try:
        yield
    except OSError as error:
        is_nameless = error.errno in _FULL and error.filename is None
        if is_nameless or (beside and error.filename == os.fspath(beside)):
            error.filename = os.fspath(path)
        raise


def _is_taken(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in {
        errno.ENOTEMPTY,
        errno.EEXIST,
        errno.ENOTDIR,
    }


def _beside(path: Path) -> Path:
    _remove_abandoned(path)
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def _remove_abandoned(path: Path) -> None:
    """Remove what processes that are no more left of *path*."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.partial")
    with contextlib.suppress(OSError):
        for name in os.listdir(path.parent):
            found = pattern.fullmatch(name)
            if found and not _is_running(int(found[1])):
                _remove(path.parent / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        # Here, because it is rare and brings every compressor there is.
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
