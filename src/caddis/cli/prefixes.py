"""Which environment is meant: by its folder, by its name, or the active one.

And where conda, mamba, pixi and rattler keep what they have on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from caddis.errors import PrefixError, ProjectError, UsageError
from caddis.model.prefix.marks import is_environment
from caddis.model.project import environment_of

_ACTIVE = ("CADDIS_PREFIX", "VIRTUAL_ENV", "CONDA_PREFIX")
_CONDA_FOLDERS = (
    "miniconda3",
    "miniforge3",
    "mambaforge",
    "anaconda3",
    "micromamba",
    ".conda",
    ".local/share/mamba",
)
"""Where installers of conda and mamba put their root, below the home folder."""


def active_prefix(variables: Mapping[str, str]) -> Path | None:
    """Find the environment that the shell is in."""
    found = (variables[name] for name in _ACTIVE if variables.get(name))
    return next(map(Path, found), None)


def default_prefix(variables: Mapping[str, str], *, here: Path) -> Path:
    """Find the environment that is active, or else that of the project in *here*.

    Raises:
        UsageError: there is none.
    """
    active = active_prefix(variables)
    if active is not None:
        return active
    for prefix in (environment_of(here), here / ".venv"):
        if is_environment(prefix):
            return prefix
    raise UsageError(
        "no environment is named, none is active, and this folder has none",
        hint="Name one with -p PREFIX or -n NAME, or go to the folder of its project; "
        "caddis pack FOLDER makes one for the code in FOLDER, and packs it.",
    )


def named_prefix(
    name: str, *, own: Path, home: Path, here: Path, variables: Mapping[str, str]
) -> Path:
    """Find the environment *name*: caddis's own, then conda's, mamba's and pixi's.

    *own* is the folder of caddis's environments, *here* the working folder.

    Raises:
        PrefixError: nobody keeps an environment of that name.
    """
    seen: dict[str, Path] = {}
    for folder in (own, *_folders(home, here, variables)):
        seen.setdefault(str(folder), folder)
        if is_environment(folder / name):
            return folder / name
    for prefix in _registered(home):
        if prefix.name == name and is_environment(prefix):
            return prefix
    places = ", ".join(str(folder) for folder in seen.values() if folder.is_dir())
    raise PrefixError(
        f"there is no environment {name!r} in {places or own}",
        hint="Name its folder with -p PREFIX.",
    )


def package_caches(home: Path, variables: Mapping[str, str]) -> tuple[Path, ...]:
    """List the folders in which conda, mamba, pixi and rattler keep packages.

    Raises:
        ProjectError: a .condarc cannot be read.
    """
    found = [*_listed(variables, "CONDA_PKGS_DIRS"), *_configured(home, "pkgs_dirs")]
    found += [root / "pkgs" for root in _roots(home, variables)]
    for variable in ("CADDIS_CACHE_DIR", "RATTLER_CACHE_DIR", "PIXI_CACHE_DIR"):
        if variables.get(variable):
            place = Path(variables[variable])
            found += [place / "pkgs", place / "rattler" / "pkgs"]
    caches = variables.get("XDG_CACHE_HOME") or home / ".cache"
    found.append(Path(caches) / "rattler" / "cache" / "pkgs")
    return tuple(folder for folder in dict.fromkeys(found) if folder.is_dir())


def _folders(home: Path, here: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    yield from _listed(variables, "CONDA_ENVS_DIRS", "CONDA_ENVS_PATH")
    yield from _configured(home, "envs_dirs")
    for root in _roots(home, variables):
        yield root / "envs"
    for parent in (here, *here.parents):
        if (parent / ".pixi" / "envs").is_dir():
            yield parent / ".pixi" / "envs"


def _listed(variables: Mapping[str, str], *names: str) -> Iterator[Path]:
    """Read the folders that environment variables list."""
    for name in names:
        for folder in variables.get(name, "").replace(",", ":").split(":"):
            if folder:
                yield Path(folder).expanduser()


def _roots(home: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    """Guess where conda, mamba and their like are installed."""
    for variable in ("CONDA_ROOT", "MAMBA_ROOT_PREFIX"):
        if variables.get(variable):
            yield Path(variables[variable])
    if variables.get("CONDA_EXE"):
        yield Path(variables["CONDA_EXE"]).parent.parent
    for name in _CONDA_FOLDERS:
        yield home / name


def _configured(home: Path, setting: str) -> Iterator[Path]:
    """Read a list of folders in the user's .condarc."""
    for path in (home / ".condarc", home / ".conda" / "condarc"):
        if not path.is_file():
            continue
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            settings = YAML(typ="safe").load(path)
        except YAMLError as error:
            raise ProjectError(f"{path} cannot be read: {error}") from None
        folders = (settings or {}).get(setting) or ()
        yield from (Path(str(folder)).expanduser() for folder in folders)


def _registered(home: Path) -> Iterator[Path]:
    """List the prefixes that conda wrote into its register."""
    register = home / ".conda" / "environments.txt"
    if register.is_file():
        lines = register.read_text(encoding="utf-8").splitlines()
        yield from (Path(line.strip()) for line in lines if line.strip())
