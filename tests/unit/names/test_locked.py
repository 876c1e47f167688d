"""The project's own lock as evidence."""

from caddis.model.names import Trust
from caddis.model.requirements import Ecosystem
from caddis.stages.requirements import LockedNames, find_requirements, open_choices
from caddis.stages.requirements.locked import Locked
from tests.unit.names.fakes import FakeContents, FakeNames, imported, wheel

TABLE = FakeNames({"cv2": "opencv-python,opencv-python-headless", "yaml": "pyyaml"})
HEADLESS: Locked = {(Ecosystem.PYPI, "opencv-python-headless"): "4.10"}


def names_of(module: str, locked: Locked, table: FakeNames = TABLE) -> list[str]:
    sources = [LockedNames(locked, others=table), table]
    found = find_requirements([imported(module)], sources=sources)
    return [requirement.name for requirement in found.requirements]


def test_of_several_providers_the_locked_one_is_taken_and_nobody_is_asked() -> None:
    sources = [LockedNames(HEADLESS, others=TABLE), TABLE]
    found = find_requirements([imported("cv2")], sources=sources)
    (requirement,) = found.requirements
    assert requirement.name == "opencv-python-headless"
    assert requirement.alternatives == ("opencv-python",)
    assert requirement.evidence[0].source == "locked"
    assert "opencv-python-headless 4.10" in requirement.evidence[0].detail
    assert open_choices(found) == ()


def test_a_lock_of_other_packages_changes_nothing() -> None:
    assert names_of("yaml", HEADLESS) == ["pyyaml"]


def test_a_locked_package_of_the_other_world_is_not_taken() -> None:
    assert names_of("yaml", {(Ecosystem.CONDA, "pyyaml"): "6"}) == ["pyyaml"]


def test_a_locked_package_called_like_the_module_is_believed() -> None:
    assert names_of("acme_tools", {(Ecosystem.PYPI, "acme-tools"): "1"}) == [
        "acme-tools"
    ]
    assert names_of("acme_tools", {}) == []


def test_what_one_tool_alone_says_is_believed_when_it_is_locked() -> None:
    hearsay = FakeNames({"acme": "pyacme"}, trust=Trust.HEARSAY)
    assert names_of("acme", {}, hearsay) == []
    assert names_of("acme", {(Ecosystem.PYPI, "pyacme"): "1"}, hearsay) == ["pyacme"]


def test_a_locked_package_that_lacks_the_module_is_not_believed() -> None:
    sources = [LockedNames({(Ecosystem.PYPI, "acme"): "1"}, others=TABLE), TABLE]
    contents = FakeContents(wheel("acme", "other"))
    found = find_requirements([imported("acme")], sources=sources, contents=contents)
    assert found.requirements == ()
    assert [missing.module for missing in found.unresolved] == ["acme"]
