"""Which of uv's settings count, where caddis asks uv and reads its answer.

Those that shape what `uv pip compile` writes for people, or that say where and what `uv
pip install` installs, are not meant for that, nor is the version of uv that a team has
agreed on. uv has no option to pass over some of a file: it is given another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PASSED_OVER = re.compile(
    r"(?m)^[ \t]*(?:\[?(?:tool\.uv\.)?pip\b|required-version\b|upgrade\b|reinstall\b)"
)
"""Where something may stand that does not count."""
_OFF = """
    all-extras emit-build-options emit-find-links emit-index-annotation emit-index-url
    emit-marker-expression generate-hashes no-annotate no-deps no-header
    no-strip-extras no-strip-markers reinstall require-hashes strict system universal
    upgrade
""".split()
_LEFT_OUT = frozenset(
    """
    annotation-style custom-compile-command extra group no-emit-package no-extra
    output-file prefix python python-platform python-version reinstall-package target
    upgrade-package
    """.split()
)
_NOT_IN_UV_TOML = frozenset(
    """
    build-backend conflicts default-groups dependency-groups dev-dependencies
    environments managed package required-environments sources workspace
    """.split()
)
_PLACES = ("extra-index-url", "find-links", "index", "index-url")


@contextmanager
def heeded(
    folder: Path, *, user: Path | None, is_for_people: bool = False
) -> Iterator[tuple[str, ...]]:
    """Give the options by which uv, run in *folder*, takes what counts of its settings.

    *user* is the folder with the settings of the user. Where the answer *is_for_people*
    only the version of uv is passed over.
    """
    if not any(map(_may_disturb, _files(folder, user))):
        yield ()
        return
    # Here, because it is rare.
    import tomlkit

    from caddis.adapters.uv.own_settings import find_settings
    from caddis.model.passing import passing_folder

    place, table = find_settings(folder)
    with passing_folder("settings") as aside:
        counting = _counting(table, place, is_for_people=is_for_people)
        (aside / "uv.toml").write_text(tomlkit.dumps(counting), "utf-8")
        yield ("--project", str(aside))


def _files(folder: Path, user: Path | None) -> Iterator[Path]:
    folder = folder.absolute()
    for place in (folder, *folder.parents):
        yield place / "uv.toml"
        yield place / "pyproject.toml"
    if user:
        yield user / "uv" / "uv.toml"


def _may_disturb(path: Path) -> bool:
    try:
        return _PASSED_OVER.search(path.read_text("utf-8")) is not None
    except (OSError, ValueError):
        return False


def _counting(
    table: Mapping[str, Any], place: Path, *, is_for_people: bool
) -> dict[str, Any]:
    """Give what counts of the settings in *table*, that stand in the folder *place*."""
    general = {
        key: _from(place, value) if key in _PLACES else value
        for key, value in table.items()
        if key != "pip" and key not in _NOT_IN_UV_TOML
    }
    asked = table.get("pip", {})
    of_pip = {
        key: _from(place, value) if key in _PLACES else value
        for key, value in (asked.items() if isinstance(asked, Mapping) else ())
        if is_for_people or key not in _LEFT_OUT
    }
    off = {} if is_for_people else dict.fromkeys(_OFF, False)
    return {**general, "required-version": ">=0", "pip": {**of_pip, **off}}


def _from(place: Path, value: Any) -> Any:
    """Give paths in *value*, which start at *place*, as they are from anywhere."""
    if isinstance(value, list):
        return [_from(place, each) for each in value]
    if isinstance(value, Mapping):
        return {**value, "url": _from(place, value.get("url"))}
    return (
        str(place / value) if isinstance(value, str) and "://" not in value else value
    )
