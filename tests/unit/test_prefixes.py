"""An environment is found by its name wherever its tool keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.cli.prefixes import default_prefix, named_prefix, package_caches
from caddis.errors import PrefixError, UsageError


def make(prefix: Path, mark: str = "conda-meta") -> Path:
    (prefix / mark).mkdir(parents=True)
    return prefix


def find(name: str, tmp_path: Path, **variables: str) -> Path:
    here = tmp_path / "project" / "deep"
    here.mkdir(parents=True, exist_ok=True)
    return named_prefix(
        name,
        own=tmp_path / "own",
        home=tmp_path / "home",
        here=here,
        variables=variables,
    )


@pytest.mark.parametrize(
    "place",
    [
        "own/work",
        "home/miniconda3/envs/work",
        "home/miniforge3/envs/work",
        "home/.conda/envs/work",
        "home/.local/share/mamba/envs/work",
        "project/.pixi/envs/work",
    ],
)
def test_a_name_is_found_where_its_tool_keeps_it(place: str, tmp_path: Path) -> None:
    prefix = make(tmp_path / place)
    assert find("work", tmp_path) == prefix


def test_the_variables_of_conda_and_mamba_are_heard(tmp_path: Path) -> None:
    first = make(tmp_path / "elsewhere" / "work")
    second = make(tmp_path / "mamba" / "envs" / "other")
    envs = {
        "CONDA_ENVS_DIRS": f"{tmp_path}/nowhere:{tmp_path}/elsewhere",
        "MAMBA_ROOT_PREFIX": f"{tmp_path}/mamba",
    }
    assert find("work", tmp_path, **envs) == first
    assert find("other", tmp_path, **envs) == second


def test_condarc_and_the_register_of_conda_are_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".conda").mkdir(parents=True)
    (home / ".condarc").write_text(f"envs_dirs:\n  - {tmp_path}/mine\n")
    registered = make(tmp_path / "far" / "away")
    (home / ".conda" / "environments.txt").write_text(f"{registered}\n\n")
    assert find("away", tmp_path) == registered
    mine = make(tmp_path / "mine" / "work")
    assert find("work", tmp_path) == mine


def test_an_unknown_name_is_an_error_that_names_the_places(tmp_path: Path) -> None:
    make(tmp_path / "own" / "another")
    with pytest.raises(PrefixError, match=r"'work' in .*own"):
        find("work", tmp_path)


def test_the_active_environment_is_the_default() -> None:
    here = Path("/project")
    assert default_prefix({"CONDA_PREFIX": "/c"}, here=here) == Path("/c")
    both = {"CONDA_PREFIX": "/c", "VIRTUAL_ENV": "/v"}
    assert default_prefix(both, here=here) == Path("/v")


def test_without_an_active_one_it_is_that_of_the_project_here(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none is active"):
        default_prefix({}, here=tmp_path)
    usual = make(tmp_path / ".venv", "pyvenv.cfg")
    assert default_prefix({}, here=tmp_path) == usual
    own = make(tmp_path / ".caddis" / "env")
    assert default_prefix({}, here=tmp_path) == own


def test_the_package_caches_of_every_tool_are_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    places = [
        home / "miniconda3" / "pkgs",
        home / ".conda" / "pkgs",
        home / ".cache" / "rattler" / "cache" / "pkgs",
        tmp_path / "from variable",
        tmp_path / "configured",
        tmp_path / "mamba" / "pkgs",
    ]
    for place in places:
        place.mkdir(parents=True)
    (home / ".condarc").write_text(f"pkgs_dirs:\n  - {places[4]}\n  - /not/there\n")
    variables = {
        "CONDA_PKGS_DIRS": f"{places[3]},/gone",
        "MAMBA_ROOT_PREFIX": str(tmp_path / "mamba"),
    }
    assert set(package_caches(home, variables)) == set(places)
