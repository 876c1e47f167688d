"""Groups of PDM and hatch are groups."""

from __future__ import annotations

from pathlib import Path

from caddis.model.declaration import Declaration
from caddis.stages.declare import declare
from tests.support.projects import write_project

_PROJECT = '[project]\nname = "app"\nversion = "1"\n'


def _read(folder: Path, text: str) -> Declaration:
    (folder / "pyproject.toml").write_text(_PROJECT + text)
    return declare(folder, [folder / "pyproject.toml"])


def _specs(found: Declaration, group: str) -> list[str]:
    return [need.spec for need in found.requirements if need.group == group]


def test_groups_of_pdm_are_read_with_what_is_to_be_edited(tmp_path: Path) -> None:
    write_project(tmp_path / "libs" / "inner")
    found = _read(
        tmp_path,
        '[tool.pdm.dev-dependencies]\nLint = ["ruff"]\n'
        'test = ["tox", "-e file:///${PROJECT_ROOT}/libs/inner#egg=inner"]\n',
    )
    assert _specs(found, "lint") == ["ruff"]
    assert _specs(found, "test") == ["tox", "-e ./libs/inner"]


_HATCH = """\
optional-dependencies = { fast = ["orjson"] }
[dependency-groups]
lint = ["ruff"]
[tool.hatch.envs.default]
dependencies = ["pytest"]
[tool.hatch.envs.test]
extra-dependencies = ["coverage"]
features = ["fast"]
dependency-groups = ["lint"]
[tool.hatch.envs.test-more]
template = "test"
dependencies = ["django=={matrix:django}", "hypothesis"]
[tool.hatch.envs.docs]
detached = true
dependencies = ["mkdocs"]
"""


def test_environments_of_hatch_are_groups(tmp_path: Path) -> None:
    found = _read(tmp_path, _HATCH)
    assert _specs(found, "dev") == ["pytest"]
    assert _specs(found, "test") == ["pytest", "coverage", "orjson", "ruff"]
    assert _specs(found, "test-more") == ["hypothesis", "coverage", "orjson", "ruff"]
    assert _specs(found, "docs") == ["mkdocs"]
    (note,) = found.notes
    assert note.startswith("pyproject.toml:15: 'django=={matrix:django}' of hatch's")


def test_what_is_in_the_projects_folder_is_named_from_there(tmp_path: Path) -> None:
    # An absolute path would make another lock on each machine.
    project = write_project(tmp_path / "app")
    write_project(tmp_path / "app" / "inner")
    write_project(tmp_path / "beside")
    found = _read(
        project,
        "dependencies = [\"inner[x] @ {root:uri}/inner ; os_name == 'nt'\", "
        '"beside @ {root:parent:uri}/beside", "inner @ file:///${PROJECT_ROOT}/inner"]',
    )
    assert [(need.spec, need.marker) for need in found.requirements] == [
        ("./inner[x]", 'os_name == "nt"'),
        ("../beside", ""),
        ("./inner", ""),
    ]
