"""What the packages of an environment say they installed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from caddis.errors import PrefixError
from caddis.model.dist_names import name_in, normalize
from caddis.model.modules import outermost_modules
from caddis.model.names import Provider
from caddis.model.prefix.conda_meta import read_conda_meta
from caddis.model.prefix.dist_info import read_head
from caddis.model.requirements import Ecosystem, Evidence

_SITE_PACKAGES = ("lib/python*/site-packages", "Lib/site-packages")
_MARK = "site-packages/"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Owner:
    """An installed package that owns a module."""

    name: str
    version: str
    ecosystem: Ecosystem
    record: str
    """The file that says so."""


class InstalledNames:
    """A `NameSource`: the environment at a prefix answers for what is in it.

    Of a conda environment, conda's records answer where conda packages are asked
    for, and the distributions in it where PyPI's are.
    """

    def __init__(self, prefix: Path, *, namespaces: Collection[str] = ()) -> None:
        """Put off reading *prefix* until the first question.

        Raises:
            PrefixError: there is no environment.
        """
        if not prefix.is_dir():
            raise PrefixError(
                f"{prefix} is no environment", hint="--prefix names its folder."
            )
        self._prefix = prefix
        self._namespaces = frozenset(namespaces)

    def find(self, module: str, *, ecosystem: Ecosystem) -> Sequence[Provider]:
        """List the installed packages that own exactly *module*."""
        owners = self._owners.get(module, ())
        best = [owner for owner in owners if owner.ecosystem is ecosystem]
        if ecosystem is Ecosystem.CONDA and not best:
            best = list(owners)
        if not best:
            return ()
        first, *others = best
        detail = f"{first.record}: {first.name} {first.version} owns {module}"
        return (
            Provider(
                module=module,
                name=first.name,
                ecosystem=first.ecosystem,
                evidence=Evidence(source="installed", detail=detail),
                alternatives=tuple(other.name for other in others),
            ),
        )

    @cached_property
    def versions(self) -> Mapping[tuple[Ecosystem, str], str]:
        """The version of every package, by ecosystem and name."""
        return {
            (owner.ecosystem, owner.name): owner.version
            for owners in self._owners.values()
            for owner in owners
        }

    def requires(self) -> Mapping[str, frozenset[str]]:
        """Say what each package asks for, by names of its own world, extras aside."""
        found: dict[str, frozenset[str]] = {}
        for record in read_conda_meta(self._prefix):
            needs = (str(need).split()[0] for need in record.data.get("depends", ()))
            found[str(record.data["name"])] = frozenset(needs)
        for folder in _site_packages(self._prefix):
            for info in sorted(folder.glob("*.dist-info")):
                head = read_head(info)
                needs = (name_in(need) for need in head.requires if not _is_extra(need))
                found[head.name] = found.get(head.name, frozenset()).union(needs)
        return found

    @cached_property
    def _owners(self) -> Mapping[str, Sequence[_Owner]]:
        found: dict[str, list[_Owner]] = defaultdict(list)
        for owner, paths in (*self._conda_packages(), *self._distributions()):
            for module in outermost_modules(paths, namespaces=self._namespaces):
                found[module].append(owner)
        return found

    def _conda_packages(self) -> Iterator[tuple[_Owner, list[str]]]:
        for record in read_conda_meta(self._prefix):
            owner = _Owner(
                name=str(record.data["name"]),
                version=str(record.data["version"]),
                ecosystem=Ecosystem.CONDA,
                record=f"conda-meta/{record.path.name}",
            )
            files = (str(file["_path"]) for file in record.files)
            yield owner, [p.partition(_MARK)[2] for p in files if _MARK in p]

    def _distributions(self) -> Iterator[tuple[_Owner, list[str]]]:
        for folder in _site_packages(self._prefix):
            for info in sorted(folder.glob("*.dist-info")):
                head = read_head(info)
                owner = _Owner(
                    name=normalize(head.name),
                    version=head.version,
                    ecosystem=Ecosystem.PYPI,
                    record=f"{info.name}/RECORD",
                )
                yield owner, _files(info)


def _is_extra(requirement: str) -> bool:
    """Say whether only an extra asks for it."""
    return "extra ==" in requirement.partition(";")[2]


def _site_packages(prefix: Path) -> Iterator[Path]:
    for pattern in _SITE_PACKAGES:
        yield from sorted(prefix.glob(pattern))


def _files(info: Path) -> list[str]:
    """List the files of a distribution; of an editable one, what it says it has."""
    try:
        text = (info / "RECORD").read_text(encoding="utf-8")
    except OSError:
        text = ""
    paths = [path for line in text.splitlines() if (path := _path(line))]
    if outermost_modules(paths):
        return paths
    return [f"{name}/__init__.py" for name in _top_level(info)]


def _path(line: str) -> str:
    """Cut the path out of a line of RECORD; those with commas hold no modules."""
    return "" if line.startswith('"') else line.partition(",")[0]


def _top_level(info: Path) -> list[str]:
    try:
        return (info / "top_level.txt").read_text(encoding="utf-8").split()
    except OSError:
        return []
