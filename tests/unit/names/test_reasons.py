from dataclasses import replace

from caddis.model.imports import ImportKind
from caddis.model.requirements import Ecosystem, Requirement, Requirements
from caddis.stages.requirements import (
    Choice,
    explain,
    find_requirements,
    open_choices,
    pin,
)
from tests.unit.names.fakes import (
    FakeContents,
    FakeNames,
    declared,
    imported,
    wheel,
)

TABLE = FakeNames({"cv2": "opencv-python,opencv-python-headless", "numpy": "numpy"})


def test_explain_tells_the_whole_reasoning() -> None:
    found = find_requirements(
        [imported("cv2", line=7)],
        sources=[TABLE],
        contents=FakeContents(wheel("opencv-python", "cv2")),
    )
    assert explain("cv2", found).splitlines() == [
        "cv2 → opencv-python (pypi, required)",
        "  table     opencv-python has cv2",
        "  wheel     opencv-python 1.0 contains cv2 (https://index.example/simple)",
        "  also provided by opencv-python-headless",
        '  to choose one: [tool.caddis.providers] "cv2" = "…"',
        "  imported  app.py:7 import cv2 (required)",
    ]


def test_explain_tells_what_was_weighed() -> None:
    plug = replace(imported("cv2", line=3), path="shop/cv2_filters.py")
    perhaps = imported("cv2", kind=ImportKind.CONDITIONAL)
    work = replace(imported("numpy"), path="shop/work.py")
    found = find_requirements([plug, perhaps, work], sources=[TABLE])
    lines = explain("cv2", found).splitlines()
    assert lines[0] == "cv2 → opencv-python (pypi, deferred)"
    assert [line for line in lines if line.startswith("  weighed")] == [
        "  weighed   app.py: a condition decides that tells nothing of platform or "
        "version",
        "  weighed   shop/cv2_filters.py: plugs into cv2; nothing in the project "
        "loads it",
    ]


def test_explain_tells_why_what_only_functions_load_is_required() -> None:
    deferred = ImportKind.DEFERRED
    loads = [
        replace(imported("cv2", kind=deferred), path=path, standing=deferred)
        for path in ("a.py", "b.py")
    ]
    named = imported("cv2", kind=ImportKind.TYPING)
    text = explain("cv2", find_requirements([*loads, named], sources=[TABLE]))
    assert "functions of several modules load it, and annotations name it" in text


def test_what_python_2_alone_had_is_told_as_such() -> None:
    found = find_requirements([imported("cPickle")], sources=[TABLE])
    assert found.unresolved[0].reason == "only Python 2 has it"


def test_explain_finds_a_requirement_by_the_packages_name_too() -> None:
    found = find_requirements([imported("cv2")], sources=[TABLE])
    assert explain("OpenCV_Python", found) == explain("cv2", found)


def test_explain_says_what_is_unknown_and_why() -> None:
    found = find_requirements(
        [imported("acme", kind=ImportKind.REQUIRED)],
        sources=[TABLE],
        contents=FakeContents(wheel("pyacme", "acme")),
    )
    text = explain("acme", found)
    assert text.startswith("acme → unknown")
    assert "candidates: pyacme" in text


def test_explain_of_a_name_that_nothing_imports() -> None:
    nothing = Requirements(requirements=())
    assert explain("cv2", nothing) == "cv2: nothing imports it"


def test_a_choice_is_open_until_the_project_makes_it() -> None:
    default = find_requirements([imported("cv2")], sources=[TABLE])
    assert open_choices(default) == (
        Choice(
            module="cv2", default="opencv-python", others=("opencv-python-headless",)
        ),
    )
    chosen = find_requirements(
        [imported("cv2")], sources=[TABLE], providers={"cv2": "opencv-python"}
    )
    assert open_choices(chosen) == ()


def test_pin_takes_the_version_that_is_installed() -> None:
    found = find_requirements([imported("numpy")], sources=[TABLE])
    (pinned,) = pin(
        found.requirements, found={(Ecosystem.PYPI, "numpy"): "2.1.0"}, first={}
    )
    assert pinned.spec == "numpy==2.1.0"


def test_pin_keeps_the_marker() -> None:
    windows = imported("numpy", marker="sys_platform == 'win32'")
    found = find_requirements([windows], sources=[TABLE])
    (pinned,) = pin(
        found.requirements, found={(Ecosystem.PYPI, "numpy"): "2"}, first={}
    )
    assert pinned.spec == "numpy==2 ; sys_platform == 'win32'"


def test_pin_asks_for_the_version_that_brought_the_youngest_feature() -> None:
    imports = [imported("numpy", "strings"), imported("numpy.exceptions", line=2)]
    found = find_requirements(imports, sources=[TABLE])
    first = {"numpy.exceptions": ("numpy", "1.25"), "numpy.strings": ("numpy", "2.0")}
    (pinned,) = pin(found.requirements, found={}, first=first)
    assert pinned.spec == "numpy>=2.0"
    assert pinned.evidence[-1].detail == "numpy.strings exists since numpy 2.0"


def test_pin_leaves_alone_what_is_uncertain_or_declared() -> None:
    found = find_requirements([imported("numpy")], sources=[TABLE])
    assert pin(found.requirements, found={}, first={}) == found.requirements
    asked = find_requirements(
        [imported("numpy")], sources=[TABLE], declared=[declared("numpy>=1.20")]
    )
    versions = {(Ecosystem.PYPI, "numpy"): "2"}
    assert pin(asked.requirements, found=versions, first={}) == asked.requirements


def test_pin_gives_a_version_to_what_is_declared_by_its_name_alone() -> None:
    versions = {(Ecosystem.PYPI, "numpy"): "2"}
    for asked, pinned in (("numpy", "numpy==2"), ("numpy[x]", "numpy[x]")):
        line = replace(declared("numpy"), spec=asked)
        found = find_requirements([imported("numpy")], sources=[TABLE], declared=[line])
        (given,) = pin(found.requirements, found=versions, first={})
        assert given.spec == pinned


def test_a_conda_pin_is_a_match_spec() -> None:
    found = find_requirements(
        [imported("numpy")], sources=[TABLE], ecosystem=Ecosystem.CONDA
    )
    versions = {(Ecosystem.CONDA, "numpy"): "2.1.0"}
    (pinned,) = pin(found.requirements, found=versions, first={})
    assert pinned.spec == "numpy ==2.1.0"


def test_warnings_about_the_package_are_told_of_its_module() -> None:
    found = find_requirements([imported("cv2")], sources=[TABLE])
    found = replace(found, warnings=("opencv-python is on two indexes", "numpy is"))
    assert explain("cv2", found).splitlines()[-1] == (
        "warning: opencv-python is on two indexes"
    )


def test_a_lower_bound_joins_the_upper_one() -> None:
    bounded = Requirement(
        spec="numpy<3",
        name="numpy",
        ecosystem=Ecosystem.PYPI,
        imports=(imported("numpy.strings"),),
    )
    first = {"numpy.strings": ("numpy", "2.0")}
    assert pin([bounded], found={}, first=first)[0].spec == "numpy<3,>=2.0"
    versions = {(Ecosystem.PYPI, "numpy"): "2.2"}
    assert pin([bounded], found=versions, first=first)[0].spec == "numpy==2.2"
