"""code: the project's own files as a layer, importable, with its commands.

    app/                                the files
    LIB/site-packages/caddis-app.pth    makes Python import from there
    bin/NAME                            a command

A folder that is a package itself (it has `__init__.py` or `__main__.py`) keeps its
name, as `app/NAME`, so that `import NAME` works; of any other, the content goes into
`app`. The path in the .pth file is relative, so the code moves with the environment.
"""

from __future__ import annotations

import os
import posixpath
import shlex
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from caddis.errors import ProjectError, UsageError
from caddis.host import HOSTS, Host
from caddis.model.application import APP, AppCommand, is_python
from caddis.model.layers import Entry, Layer, LayerKind, Stack
from caddis.model.modes import is_executable
from caddis.model.prefix.scripts import entry_point_script
from caddis.model.versions import minor
from caddis.model.words import on_one_line

_HERE = """\
#!/bin/sh
here=$0
case $here in */*) ;; *) here=./$here ;; esac
while [ -h "$here" ]; do
    link=$(readlink "$here")
    case $link in /*) here=$link ;; *) here=${here%/*}/$link ;; esac
done
"""
_PTH = "caddis-app.pth"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """What `--with-code` and `--entry` ask for."""

    code: Path | None = None
    """A folder, or one script; without any, commands run what the environment has."""
    commands: tuple[AppCommand, ...] = ()
    """The first is the application's."""


def with_application(
    stack: Stack, application: Application, *, list_files: Callable[[Path], list[str]]
) -> Stack:
    """Put the files and commands of *application* on top of *stack*.

    *list_files* says which files are the code's, relative to its folder.

    Raises:
        ProjectError: there are no files.
        UsageError: a command has the name of one that a package brings, or runs what
            nobody brings.
    """
    host = HOSTS.get(stack.platform)
    if host is None or not stack.python:
        raise UsageError(
            "an application needs an environment with Python",
            hint="Add python to the environment's packages.",
        )
    entries = [_command(command, host, stack) for command in application.commands]
    if application.code is not None:
        files = list_files(application.code)
        entries += _files(application.code, files)
        entries.append(
            _pth(application.code, files, host.site_packages(minor(stack.python)))
        )
    top = Layer(
        name=_name(application.code) if application.code else "commands",
        kind=LayerKind.CODE,
        entries=tuple(sorted(entries, key=lambda entry: entry.path)),
    )
    layers = (*_without(stack.layers, top), top)
    for command in application.commands:
        _refuse_missing(command, host, {path for x in layers for path in x.paths})
    first = application.commands[:1]
    return replace(
        stack,
        layers=layers,
        command=tuple(_path(command, host) for command in first) or stack.command,
    )


def _files(code: Path, files: Sequence[str]) -> Iterable[Entry]:
    if not files:
        raise ProjectError(
            f"{code} holds no files to pack",
            hint="All of them are ignored, or the name is wrong.",
        )
    home = _home(code, files)
    top = code.resolve() if code.is_dir() else code.resolve().parent
    for path in files:
        yield _entry(f"{home}/{path}", top / path, top)


def _entry(path: str, source: Path, top: Path) -> Entry:
    """Keep a link that stays inside the project; take what one leads to outside."""
    if source.is_symlink():
        target = os.readlink(source)
        inside = os.path.normpath(source.parent / target)
        if not os.path.isabs(target) and Path(inside).is_relative_to(top):
            return Entry(path=path, link=target)
    real = source.resolve()
    executable = is_executable(real)
    return Entry(path=path, source=os.fspath(real), executable=executable)


def _home(code: Path, files: Sequence[str]) -> str:
    """Say where in the prefix *files* of a folder go."""
    is_package = not {"__init__.py", "__main__.py"}.isdisjoint(files)
    return f"{APP}/{code.resolve().name}" if is_package and code.is_dir() else APP


def _pth(code: Path, files: Sequence[str], site_packages: str) -> Entry:
    places = [APP]
    if _home(code, files) == APP and any(path.startswith("src/") for path in files):
        places.append(f"{APP}/src")
    lines = (posixpath.relpath(place, site_packages) for place in places)
    text = "".join(f"{line}\n" for line in lines)
    return Entry(path=f"{site_packages}/{_PTH}", source=text.encode())


def _name(code: Path) -> str:
    return on_one_line(code.resolve().name)


def _command(command: AppCommand, host: Host, stack: Stack) -> Entry:
    path = _path(command, host)
    owner = next((layer for layer in stack.layers if path in layer.paths), None)
    if owner is not None and owner.kind in {LayerKind.CONDA, LayerKind.PYPI}:
        raise UsageError(
            f"{owner.name} brings a command {command.name} already",
            hint=f"Choose another name: --entry my-{command.name}=…",
        )
    content = _batch(command) if host.exe else _script(command)
    return Entry(path=path, source=content, executable=True)


def _refuse_missing(command: AppCommand, host: Host, paths: Set[str]) -> None:
    """Refuse a *command* whose module, program or script is not among *paths*."""
    if command.module:
        _refuse_missing_module(command.name, command.module, paths)
        return
    program, *rest = command.words
    wanted = f"{host.scripts}/{program}{host.exe}"
    if is_python(program):
        if rest[:1] == ["-m"] and len(rest) > 1:
            _refuse_missing_module(command.name, rest[1], paths)
        if not rest or not rest[0].endswith(".py"):
            return
        wanted = posixpath.normpath(f"{APP}/{rest[0]}")
    if wanted not in paths:
        raise UsageError(
            f"--entry {command.name} runs {wanted}, which nothing brings",
            hint="Correct its name, add the script with --with-code, or install what"
            " brings it: programs of the system do not go along.",
        )


def _refuse_missing_module(command: str, module: str, paths: Set[str]) -> None:
    """Refuse *command* where *module* stands in no folder."""
    place = f"/{module.replace('.', '/')}"
    starts = (f"{place}/", f"{place}.")  # A folder, or a file with whatever ending.
    if not any(start in path for path in paths for start in starts):
        raise UsageError(
            f"--entry {command} runs {module}, which nothing brings",
            hint="Correct its name, add the code with --with-code, or install what"
            " brings it.",
        )


def _path(command: AppCommand, host: Host) -> str:
    return f"{host.scripts}/{command.name}{'.bat' if host.exe else ''}"


def _script(command: AppCommand) -> bytes:
    """Write the command for sh; it finds its program from its own place."""
    if command.module:
        return entry_point_script(command.module, command.attribute)
    program, *rest = command.words
    words = [f'"${{here%/*}}"/{shlex.quote(_program(program))}']
    for number, word in enumerate(rest):
        own = number == 0 and is_python(program) and word.endswith(".py")
        quoted = shlex.quote(word)
        words.append(f'"${{here%/*}}"/../{APP}/{quoted}' if own else quoted)
    return f'{_HERE}exec {" ".join(words)} "$@"\n'.encode()


def _batch(command: AppCommand) -> bytes:
    """Write the command for Windows, where Python is at the root of the prefix."""
    if command.module:
        first = command.attribute.split(".", maxsplit=1)[0]
        code = (
            f"import sys; from {command.module} import {first};"
            f" sys.exit({command.attribute}())"
        )
        line = f'"%~dp0..\\python.exe" -c "{code}" %*'
    else:
        program, *rest = command.words
        python = is_python(program)
        place = "..\\python.exe" if python else f"{program}.exe"
        if python and rest and rest[0].endswith(".py"):
            rest[0] = f"%~dp0..\\{APP}\\{rest[0]}"
        words = " ".join(f'"{word}"' for word in rest)
        line = f'"%~dp0{place}" {words} %*'
    return f"@echo off\r\n{line}\r\n".encode()


def _program(word: str) -> str:
    return "python" if is_python(word) else word


def _without(layers: tuple[Layer, ...], top: Layer) -> Iterable[Layer]:
    """Take out of *layers* what *top* brings, and an earlier application."""
    own = {entry.path for entry in top.entries}
    for layer in layers:
        if layer.kind is LayerKind.CODE:
            continue
        shared = own.intersection(layer.paths)
        rest = layer.without(shared) if shared else layer
        if rest.entries:
            yield rest
