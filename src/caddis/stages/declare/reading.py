"""What every reader of declared files needs: text, places, names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from caddis.errors import ProjectError, UsageError
from caddis.model.declaration import Declaration
from caddis.model.dist_names import normalize
from caddis.model.platforms import read_platform
from caddis.model.requirements import Ecosystem, Evidence, Requirement
from caddis.model.text import read_text

NO_DEFAULTS = "nodefaults"
"""What stands among channels and is none: conda's usual ones are not asked."""
_CONDA_NAME = re.compile(
    r"(?:(?P<channel>[^\s\[]+)::)?(?P<name>[A-Za-z0-9_][\w.-]*)(?=$|[\s=<>!~\[,@])"
)
_CLAUSE = r"(?:[<>]|[=!<>]=) *\d+(?:\.\d+)*"
_NAME_AND_VERSIONS = re.compile(
    rf"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?: *{_CLAUSE}(?: *, *{_CLAUSE})*)?",
    re.ASCII,
)
"""What most requirements are: legal PEP 508 that nobody has to be asked about."""
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a file of the project."""

    file: str
    """Relative to the project, with forward slashes."""
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """Where relative paths start, and what `${NAME}` stands for."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    being_read: tuple[Path, ...] = ()
    """The file that is being read and those that led to it, the first one first."""

    def reading(self, path: Path, *, asked_at: Place | None) -> Project:
        """Give the same project, with *path* being read.

        Raises:
            ProjectError: it is being read already.
        """
        chain = (*self.being_read, path.resolve())
        if len(set(chain)) < len(chain):
            circle = chain[chain.index(chain[-1]) :]
            raise ProjectError(
                f"{asked_at}: {self.show(path)} names itself:"
                f" {' → '.join(map(self.show, circle))}",
                hint="Take one of these -r or -c lines out.",
            )
        return replace(self, being_read=chain)

    def read(self, path: Path, *, asked_at: Place | None = None) -> str:
        """Read the text of *path*.

        Raises:
            ProjectError: there is no such file, or it is not text.
        """
        try:
            return read_text(path)
        except FileNotFoundError:
            if asked_at is None:
                raise ProjectError(
                    f"there is no file {path}", hint="Check the name."
                ) from None
            raise ProjectError(
                f"{asked_at}: there is no file {self.show(path)}",
                hint="Paths are relative to the file that they stand in.",
            ) from None
        except UnicodeDecodeError:
            raise ProjectError(
                f"{self.show(path)} is not UTF-8 text", hint="Save it as UTF-8."
            ) from None

    def show(self, path: Path) -> str:
        """Give *path* relative to the project where it is inside."""
        try:
            relative = path.resolve().relative_to(self.folder.resolve())
        except ValueError:
            return path.as_posix()
        return relative.as_posix()

    def path_to(self, path: str, *, folder: Path) -> str:
        """Write *path*, which starts at *folder*, as it starts at the project."""
        if path.startswith(("/", "~")):
            return path
        # Also where it is beside the project: the lock may be made from anywhere.
        inside = Path(os.path.relpath(folder / path, self.folder)).as_posix()
        start = "" if inside.startswith("..") or inside == "." else "./"
        return f"{start}{inside}"

    def expand(self, text: str, *, at: Place) -> str:
        """Replace `${NAME}` and `$NAME` by their values.

        Raises:
            ProjectError: one is not set.
        """

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if name not in self.variables:
                raise ProjectError(
                    f"{at}: the environment variable {name} is not set",
                    hint=f"Set it before: export {name}=…",
                )
            return self.variables[name]

        return _VARIABLE.sub(value, text)


def conda_requirement(spec: str, *, at: Place, group: str = "") -> Requirement:
    """Read one conda package spec, with a PEP 508 marker after a semicolon or without.

    Raises:
        ProjectError: it is not one.
    """
    text, _, marker = (part.strip() for part in spec.partition(";"))
    found = _CONDA_NAME.match(text)
    if not found:
        raise ProjectError(
            f"{at}: {spec!r} is not a conda package spec",
            hint="Write it like numpy, numpy >=2, numpy=2.1 or conda-forge::numpy.",
        )
    return Requirement(
        spec=text,
        name=found["name"].lower(),
        ecosystem=Ecosystem.CONDA,
        evidence=(_declared(at),),
        origin=str(at),
        group=group,
        marker=checked_marker(marker, at=at),
    )


def checked_marker(text: str, *, at: Place) -> str:
    """Read a marker of PEP 508; empty for none.

    Raises:
        ProjectError: it is none.
    """
    if not text:
        return ""
    from packaging.markers import InvalidMarker, Marker

    try:
        return str(Marker(text))
    except InvalidMarker:
        raise ProjectError(
            f"{at}: {text!r} is not a marker",
            hint="Write it like ; sys_platform == 'win32'.",
        ) from None


def pypi_requirement(spec: str, *, at: Place, group: str = "") -> Requirement:
    """Read one PEP 508 requirement.

    Raises:
        ProjectError: it is not one.
    """
    if plain := _NAME_AND_VERSIONS.fullmatch(spec):
        return local_requirement(spec, plain["name"], at=at, group=group)
    # Here, because it takes a while to be imported.
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Pep508

    try:
        name = Pep508(spec).name
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise ProjectError(
            f"{at}: {spec!r} is not a requirement: {reason}", hint=_advice(spec)
        ) from None
    return local_requirement(spec, name, at=at, group=group)


def declared_python(text: object, *, at: Place) -> str:
    """Read which Pythons a project runs on; empty when it does not say.

    Raises:
        ProjectError: it is no version specifier.
    """
    if not text:
        return ""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(str(text))
    except InvalidSpecifier:
        raise ProjectError(
            f"{at}: {text!r} is no range of versions", hint='Write it like ">=3.10".'
        ) from None
    return str(text)


def declared_platform(text: str, *, at: Place) -> str:
    """Read the name of a platform.

    Raises:
        ProjectError: it is not one.
    """
    try:
        return read_platform(text)
    except UsageError as error:
        raise ProjectError(f"{at}: {error}", hint=error.hint) from None


def local_requirement(spec: str, name: str, *, at: Place, group: str) -> Requirement:
    """Describe a requirement by path or editable URL, whose line is no PEP 508."""
    return Requirement(
        spec=spec,
        name=normalize(name),
        ecosystem=Ecosystem.PYPI,
        evidence=(_declared(at),),
        origin=str(at),
        group=group,
    )


def merge(parts: Iterable[Declaration]) -> Declaration:
    """Put declarations together; what came first goes first."""
    whole = Declaration()
    for part in parts:
        values = (
            (field.name, _joined(getattr(whole, field.name), getattr(part, field.name)))
            for field in fields(Declaration)
        )
        whole = replace(whole, **dict(values))
    return whole


def line_of(text: str, wanted: str, *, after: str = "") -> int:
    """Find the line of a string in a TOML file, whose reader tells none."""
    start = max(text.find(after), 0) if after else 0
    at = text.find(wanted, start)
    if at < 0:
        at = text.find(wanted.replace('"', '\\"'), start)
    return text.count("\n", 0, max(at, start)) + 1


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, tuple):
        return tuple(dict.fromkeys((*old, *new)))
    if isinstance(old, Mapping):
        return {**new, **old}
    return old or new


def _declared(at: Place) -> Evidence:
    return Evidence(source="declared", detail=f"{at} asks for it")


def _advice(spec: str) -> str:
    swapped = re.search(r"=([<>!~])(?!=)", spec)
    if swapped:
        right = spec.replace(swapped[0], f"{swapped[1]}=", 1)
        return f"Write {swapped[1]}= here: {right}"
    if re.match(r"\w[\w.-]*=[^=\s]+=\w+$", spec):
        return (
            "This is what conda list --export writes, for one platform: where that"
            " environment is, caddis record -p PREFIX writes environment.yml and lock."
        )
    if re.match(r"Package\s+Version$", spec):
        return "This is what pip list prints; pip freeze prints requirements."
    if spec.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "git could not merge this file: settle it first."
    if installs := re.match(r"(?:(?:uv )?pip|conda|mamba) install\s+", spec):
        return f"Write what is to be installed alone: {spec[installs.end() :]}"
    if re.match(r"[\w.-]+\s*=[^=]", spec):
        return f"For one version write == here: {spec.replace('=', '==', 1)}"
    if re.match(r"[\w.-]+\s+\d", spec):
        return f"Put == before the version: {'=='.join(spec.split(maxsplit=1))}"
    return "Write it like requests, requests>=2.31 or requests[socks]==2.32.*."


def each_line(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of *text* with their numbers."""
    yield from enumerate(text.splitlines(), start=1)
