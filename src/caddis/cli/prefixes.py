"""Which environment is meant: by its folder, by its name, or the active one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from caddis.errors import PrefixError, ProjectError, UsageError

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


def active_prefix(variables: Mapping[str, str]) -> Path:
    """Find the environment that the shell is in.

    Raises:
        UsageError: none is active.
    """
    for name in _ACTIVE:
        if variables.get(name):
            return Path(variables[name])
    raise UsageError(
        "no environment is named and none is active",
        hint="Name a project's FOLDER, or an environment with -p PREFIX or -n NAME.",
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
        if _is_environment(folder / name):
            return folder / name
    for prefix in _registered(home):
        if prefix.name == name and _is_environment(prefix):
            return prefix
    places = ", ".join(str(folder) for folder in seen.values() if folder.is_dir())
    raise PrefixError(
        f"there is no environment {name!r} in {places or own}",
        hint="Name its folder with -p PREFIX.",
    )


def _folders(home: Path, here: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    for variable in ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"):
        for folder in variables.get(variable, "").split(":"):
            if folder:
                yield Path(folder).expanduser()
    yield from _configured(home)
    for variable in ("CONDA_ROOT", "MAMBA_ROOT_PREFIX"):
        if variables.get(variable):
            yield Path(variables[variable]) / "envs"
    if variables.get("CONDA_EXE"):
        yield Path(variables["CONDA_EXE"]).parent.parent / "envs"
    for name in _CONDA_FOLDERS:
        yield home / name / "envs"
    for parent in (here, *here.parents):
        if (parent / ".pixi" / "envs").is_dir():
            yield parent / ".pixi" / "envs"


def _configured(home: Path) -> Iterator[Path]:
    """Read envs_dirs of the user's .condarc."""
    for path in (home / ".condarc", home / ".conda" / "condarc"):
        if not path.is_file():
            continue
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            settings = YAML(typ="safe").load(path)
        except YAMLError as error:
            raise ProjectError(f"{path} cannot be read: {error}") from None
        folders = (settings or {}).get("envs_dirs") or ()
        yield from (Path(str(folder)).expanduser() for folder in folders)


def _registered(home: Path) -> Iterator[Path]:
    """List the prefixes that conda wrote into its register."""
    register = home / ".conda" / "environments.txt"
    if register.is_file():
        lines = register.read_text(encoding="utf-8").splitlines()
        yield from (Path(line.strip()) for line in lines if line.strip())


def _is_environment(prefix: Path) -> bool:
    marks = ("conda-meta", "pyvenv.cfg", ".caddis/manifest.json")
    return any((prefix / mark).exists() for mark in marks)
