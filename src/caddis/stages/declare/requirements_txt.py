"""requirements.in and requirements.txt, in pip's format.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from caddis.errors import ProjectError
from caddis.model.declaration import Declaration
from caddis.model.requirements import Requirement
from caddis.model.toml import read_toml, text_in
from caddis.model.urls import local_path, public
from caddis.stages.declare.reading import (
    Place,
    Project,
    checked_marker,
    each_line,
    local_requirement,
    merge,
    pypi_requirement,
)

_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"(?P<name>--?[A-Za-z][\w-]*)(?:\s*=\s*|\s+|$)(?P<value>.*)")
_SHORT = re.compile(r"(?P<name>-[rcefi])(?P<value>[^-\s=].*)")
_OPTION_OF_ONE = re.compile(r"\s+(?P<name>--[a-z][a-z-]*)[=\s]")
_NEXT_OPTION = re.compile(r"""\s+(?=-(?:-?[A-Za-z]))(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
"""Between two options; none stands in quotes."""
_HASH = re.compile(r"\s--hash[=\s]\s*(\S+)")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
_OF_FILES = {"-r", "--requirement", "-c", "--constraint"}
_OF_PLACES = {*_OF_FILES, "-e", "--editable", "-f", "--find-links"}
_ARCHIVES = (".whl", ".tar.gz", ".zip")
_REST = r"(?P<extras>\[[^\]]*\])?\s*(?:#egg=\S+)?\s*(?:;\s*(?P<marker>.*))?"
_PATH = re.compile(rf"(?P<path>[^\[;#]+?){_REST}")
_NAMED_PATH = re.compile(
    r"(?P<name>\w[\w.-]*)\s*(?P<extras>\[[^\]]*\])?\s*@\s*"
    r"(?P<path>(?:file:(?!//)|\.{1,2}/|[/~])[^;#]*?)\s*(?:;\s*(?P<marker>.*))?"
)
_FOR_THE_ENGINE = {"--pre", "--no-index"}
_FOR_THE_ENGINE_WITH_VALUE = {"--no-binary", "--only-binary", "--trusted-host"}
_WITHOUT_EFFECT = {
    # Wheels go first and every file has a hash, asked for or not.
    "--prefer-binary",
    "--require-hashes",
    "--use-feature",
}


def read_requirements(
    path: Path, project: Project, *, asked_at: Place | None = None, group: str = ""
) -> Declaration:
    """Read the requirements file at *path* and those that it names.

    Raises:
        ProjectError: a line is none that pip would take.
    """
    text = project.read(path, asked_at=asked_at)
    shown = project.show(path)
    project = project.reading(path, asked_at=asked_at)
    lines = (
        (Place(file=shown, line=number), line) for number, line in _logical_lines(text)
    )
    return merge(
        (
            Declaration(files=(shown,)),
            *read_lines(lines, project, folder=path.parent, group=group),
        )
    )


def read_lines(
    lines: Iterable[tuple[Place, str]], project: Project, *, folder: Path, group: str
) -> Iterator[Declaration]:
    """Read *lines* of a requirements file that lies in *folder*."""
    for at, line in lines:
        if line.startswith("-"):
            for name, value in _options(line):
                yield _option(name, value, project, at=at, folder=folder, group=group)
            continue
        found = _requirement(line, project, at=at, folder=folder, group=group)
        yield Declaration(requirements=(found,))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Join continued lines and drop comments; the number is that of the first."""
    start, parts = 0, []
    for number, line in each_line(text):
        start = start or number
        continued = line.endswith("\\") and not line.lstrip().startswith("#")
        parts.append(line[:-1] if continued else _COMMENT.sub("", line))
        if continued:
            continue
        whole = " ".join(part.strip() for part in parts).strip()
        if whole:
            yield start, whole
        start, parts = 0, []
    if whole := " ".join(part.strip() for part in parts).strip():
        yield start, whole


def _options(line: str) -> Iterator[tuple[str, str]]:
    """Take a line of options apart, each with its value."""
    for part in _NEXT_OPTION.split(line):
        option = _SHORT.fullmatch(part) or _OPTION.fullmatch(part)
        if option:
            yield option["name"], option["value"].strip()
        else:
            yield part, ""


def _option(
    name: str, value: str, project: Project, *, at: Place, folder: Path, group: str
) -> Declaration:
    if name in _OF_PLACES:
        value = _filled_in(_unquoted(value), project, at=at)
    if name in _OF_FILES:
        file = _beside(value, folder, at=at)
        named = read_requirements(file, project, asked_at=at, group=group)
        return _as_limits(named) if name in {"-c", "--constraint"} else named
    if name in {"-e", "--editable"}:
        value, _, marker = value.partition(" ;")
        found = _editable(value, project, at=at, folder=folder, group=group)
        found = replace(found, marker=checked_marker(marker.strip(), at=at))
        return Declaration(requirements=(found,))
    if name in {"-i", "--index-url"}:
        url = project.expand(value, at=at)
        return Declaration(indexes=(url,), replaces_pypi=True)
    if name == "--extra-index-url":
        return Declaration(indexes=(project.expand(value, at=at),))
    if name in {"-f", "--find-links"}:
        return Declaration(find_links=(_place(value, folder),))
    if name in _FOR_THE_ENGINE:
        return Declaration(pip_options=(name,))
    if name in _FOR_THE_ENGINE_WITH_VALUE:
        return Declaration(pip_options=tuple(_for_each(name, value, at=at)))
    if name in _WITHOUT_EFFECT:
        return Declaration()
    raise ProjectError(
        f"{at}: caddis does not know the option {name}",
        hint="Options that pip takes on its command line only do not belong here.",
    )


def _as_limits(found: Declaration) -> Declaration:
    limits = (*found.constraints, *found.requirements)
    return replace(found, requirements=(), constraints=limits)


def _for_each(name: str, value: str, *, at: Place) -> Iterator[str]:
    """Yield an option for each of the names in *value*, which commas divide."""
    if not value:
        raise ProjectError(f"{at}: {name} needs a value", hint=f"Write {name} NAME.")
    for part in value.split(","):
        yield f"{name}={part.strip()}"


def _requirement(
    line: str, project: Project, *, at: Place, folder: Path, group: str
) -> Requirement:
    for option in _OPTION_OF_ONE.finditer(line):
        if option["name"] != "--hash":
            raise ProjectError(
                f"{at}: caddis does not pass {option['name']} on for one package",
                hint="Set it for the whole project in uv.toml, or leave it out.",
            )
    spec = _OPTION_OF_ONE.split(line, maxsplit=1)[0].strip()
    if place := _local(spec):
        path = _filled_in(_unquoted(place["path"].strip()), project, at=at)
        if path.startswith("file:"):
            path = local_path(path).as_posix()
        name = _project_name(folder / Path(path).expanduser(), at=at)
        spec = f"{project.path_to(path, folder=folder)}{place['extras']}"
        found = local_requirement(spec, place.get("name") or name, at=at, group=group)
        return replace(found, marker=checked_marker(place["marker"], at=at))
    if "://" in spec and " @ " not in spec and "@" not in spec.partition("://")[0]:
        name = _name_in_url(spec, at=at)
        return local_requirement(f"{name} @ {spec}", name, at=at, group=group)
    found = pypi_requirement(spec, at=at, group=group)
    return replace(found, hashes=tuple(_hashes(line, at=at)))


def _hashes(line: str, *, at: Place) -> Iterator[str]:
    """Yield the hashes that a file of a requirement may have."""
    for text in _HASH.findall(line):
        kind, _, digest = text.partition(":")
        again = "Compile the file again with: caddis compile --generate-hashes"
        if kind != "sha256":
            raise ProjectError(f"{at}: caddis compares sha256, not {kind}", hint=again)
        if not _SHA256.fullmatch(digest):
            raise ProjectError(
                f"{at}: {digest!r} is no sha256, which has 64 hexadecimal digits",
                hint=again,
            )
        yield digest.lower()


def _editable(
    value: str, project: Project, *, at: Place, folder: Path, group: str
) -> Requirement:
    value = _unquoted(value)
    if value.startswith("file:"):
        value = str(local_path(value.partition("#")[0]))
    if "://" in value:
        return _checked_out(value, at=at, group=group)
    value, _, _ = value.partition("#egg=")
    path = value.partition("[")[0]
    name = _project_name(folder / path, at=at)
    rerooted = _reroot(value, folder, project)
    return local_requirement(f"-e {rerooted}", name, at=at, group=group)


def _checked_out(url: str, *, at: Place, group: str) -> Requirement:
    """Read `-e git+https://…#egg=NAME`: what is installed is a copy of that commit.

    Nobody edits it in a checkout that the installer keeps, and uv knows no such thing.
    """
    name, at_sign, place = url.partition(" @ ")
    if not at_sign:
        egg = re.search(r"[#&]egg=([^&]+)", url)
        name, place = egg[1] if egg else _name_in_url(url, at=at), url
    place, _, fragment = place.partition("#")
    rest = "&".join(x for x in fragment.split("&") if not x.startswith("egg="))
    spec = f"{name} @ {place}{'#' if rest else ''}{rest}"
    return local_requirement(spec, name.partition("[")[0], at=at, group=group)


def _local(spec: str) -> dict[str, str] | None:
    """Take what names a path apart: its name, if any, extras and marker."""
    named = _NAMED_PATH.fullmatch(spec)
    found = named or _PATH.fullmatch(spec)
    if found is None:
        return None
    path = found["path"].strip()
    is_path = path.startswith((".", "~", "file:")) or "/" in path
    if not (named or is_path or path.endswith(_ARCHIVES)):
        return None
    if "://" in path and not path.startswith("file:"):
        return None
    return {key: text or "" for key, text in found.groupdict().items()}


def _filled_in(path: str, project: Project, *, at: Place) -> str:
    return project.expand(path, at=at) if "${" in path else path


def _beside(path: str, folder: Path, *, at: Place) -> Path:
    """Find a file that is named in *folder*.

    Raises:
        ProjectError: it is elsewhere.
    """
    if "://" in path:
        raise ProjectError(
            f"{at}: {public(path)} is on the web, and caddis reads files of this disk",
            hint="Download it beside this file: what it says may change any day.",
        )
    return folder / path


def _reroot(spec: str, folder: Path, project: Project) -> str:
    """Make a path that is relative to *folder* relative to the project."""
    path, bracket, rest = spec.partition("[")
    return f"{project.path_to(path, folder=folder)}{bracket}{rest}"


def _project_name(path: Path, *, at: Place) -> str:
    """Find the name of the project or file at *path*."""
    if path.name.endswith(_ARCHIVES):
        if not path.is_file():
            raise ProjectError(
                f"{at}: there is no file {path.as_posix()}",
                hint="Paths are relative to the file that they stand in.",
            )
        return path.name.split("-")[0]
    if not path.is_dir():
        raise ProjectError(
            f"{at}: there is no folder {path.as_posix()}",
            hint="A local package needs the folder with its pyproject.toml. One of"
            " another machine is to be taken out, or named as an index or git has it.",
        )
    return _name_of_project(path) or path.resolve().name


def _name_of_project(folder: Path) -> str:
    """Read what the project in *folder* calls itself; empty where it does not say."""
    # Here, because few projects ask for folders.
    from caddis.stages.declare.built_package import built_package

    about = read_toml(folder / "pyproject.toml")
    for table in (("project",), ("tool", "poetry")):
        if name := text_in(about, *table, "name"):
            return name
    package = built_package(folder)
    return package.name if package else ""


def _name_in_url(url: str, *, at: Place) -> str:
    parts = urlsplit(url)
    egg = re.search(r"egg=([\w.-]+)", parts.fragment)
    if egg:
        return egg[1]
    last = parts.path.partition("@")[0].rstrip("/").rpartition("/")[2]
    if last.endswith(".whl"):
        return last.split("-")[0]
    if url.startswith(("git+", "hg+", "bzr+", "svn+")):
        return last.removesuffix(".git")
    raise ProjectError(
        f"{at}: {url} does not tell the name of the package",
        hint=f"Put the name before it: name @ {url}",
    )


def _place(value: str, folder: Path) -> str:
    return value if "://" in value else str((folder / _unquoted(value)).absolute())


def _unquoted(value: str) -> str:
    if value[:1] in {"'", '"'}:
        return " ".join(shlex.split(value))
    return value
