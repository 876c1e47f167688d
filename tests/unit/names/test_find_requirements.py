import pytest

from caddis.model.imports import ImportKind
from caddis.model.names import Trust
from caddis.model.requirements import Ecosystem, Requirements
from caddis.stages.requirements import find_requirements
from tests.unit.names.fakes import (
    FakeContents,
    FakeNames,
    declared,
    imported,
    wheel,
)

TABLE = FakeNames(
    {
        "yaml": "pyyaml",
        "cv2": "opencv-python,opencv-python-headless",
        "google": "*",
        "google.cloud": "*",
        "google.cloud.storage": "google-cloud-storage",
        "google.cloud.bigquery": "google-cloud-bigquery",
        "google.protobuf": "protobuf",
    }
)


def specs(found: Requirements) -> list[str]:
    return [requirement.spec for requirement in found.requirements]


def test_a_package_is_found_for_a_module_inside_it() -> None:
    found = find_requirements([imported("yaml.representer")], sources=[TABLE])
    assert specs(found) == ["pyyaml"]
    assert found.requirements[0].evidence[0].source == "table"


def test_from_import_names_the_modules_of_a_namespace() -> None:
    # `from google.cloud import storage` has the module's name only in its names.
    found = find_requirements(
        [imported("google.cloud", "storage", "bigquery")], sources=[TABLE]
    )
    assert specs(found) == ["google-cloud-bigquery", "google-cloud-storage"]


def test_a_namespace_alone_is_nobodys() -> None:
    found = find_requirements([imported("google.cloud", "tasks")], sources=[TABLE])
    assert specs(found) == []
    assert [u.module for u in found.unresolved] == ["google.cloud.tasks"]
    assert "share the namespace" in found.unresolved[0].reason


def test_a_bare_namespace_comes_along_with_what_fills_it() -> None:
    imports = [imported("google"), imported("google.protobuf")]
    found = find_requirements(imports, sources=[TABLE])
    assert specs(found) == ["protobuf"]
    assert found.unresolved == ()


def test_an_unknown_module_stays_unknown() -> None:
    found = find_requirements([imported("acme_tools")], sources=[TABLE])
    assert specs(found) == []
    assert [u.module for u in found.unresolved] == ["acme_tools"]
    assert found.unresolved[0].candidates == ()


@pytest.mark.parametrize(
    "kind", [ImportKind.STDLIB, ImportKind.FIRST_PARTY, ImportKind.RELATIVE]
)
def test_what_comes_with_python_or_the_project_is_not_asked_for(
    kind: ImportKind,
) -> None:
    found = find_requirements([imported("yaml", kind=kind)], sources=[TABLE])
    assert found == Requirements(requirements=())


@pytest.mark.parametrize(
    "kind",
    [
        ImportKind.REQUIRED,
        ImportKind.DEFERRED,
        ImportKind.IMPLIED,
    ],
)
def test_what_the_code_cannot_do_without_is_required(kind: ImportKind) -> None:
    found = find_requirements([imported("yaml", kind=kind)], sources=[TABLE])
    assert specs(found) == ["pyyaml"]
    assert found.requirements[0].kind is kind


@pytest.mark.parametrize(
    "kind",
    [ImportKind.OPTIONAL, ImportKind.TYPING, ImportKind.TEST, ImportKind.POSSIBLE],
)
def test_the_rest_is_reported_but_not_required(kind: ImportKind) -> None:
    imports = [imported("yaml", kind=kind), imported("acme_tools", kind=kind)]
    found = find_requirements(imports, sources=[TABLE])
    assert found.requirements == found.unresolved == ()
    assert [r.kind for r in found.optional] == [kind]
    assert [u.module for u in found.unresolved_optional] == ["acme_tools"]


def test_the_strongest_import_decides() -> None:
    imports = [imported("yaml", kind=ImportKind.TEST), imported("yaml", line=2)]
    found = find_requirements(imports, sources=[TABLE])
    assert found.requirements[0].kind is ImportKind.REQUIRED
    assert found.optional == ()


def test_a_marker_is_kept_when_every_import_has_one() -> None:
    windows = imported(
        "yaml", kind=ImportKind.CONDITIONAL, marker="sys_platform == 'win32'"
    )
    assert specs(find_requirements([windows], sources=[TABLE])) == [
        "pyyaml ; sys_platform == 'win32'"
    ]
    both = find_requirements([windows, imported("yaml", line=9)], sources=[TABLE])
    assert specs(both) == ["pyyaml"]


def test_a_declared_alternative_is_satisfied() -> None:
    found = find_requirements(
        [imported("cv2")],
        sources=[TABLE],
        declared=[declared("opencv-python-headless>=4")],
    )
    assert specs(found) == ["opencv-python-headless>=4"]
    assert found.requirements[0].origin == "requirements.txt:1"
    assert found.requirements[0].evidence[0].source == "declared"


def test_the_projects_choice_beats_the_default() -> None:
    found = find_requirements(
        [imported("cv2")],
        sources=[TABLE],
        providers={"cv2": "opencv-python-headless"},
    )
    assert specs(found) == ["opencv-python-headless"]
    assert found.requirements[0].alternatives == ("opencv-python",)


def test_what_is_installed_beats_the_table() -> None:
    prefix = FakeNames({"cv2": "opencv-contrib-python"}, kind="installed")
    found = find_requirements([imported("cv2")], sources=[prefix, TABLE])
    assert specs(found) == ["opencv-contrib-python"]


def test_nobody_looks_into_packages_that_are_installed() -> None:
    prefix = FakeNames({"yaml": "pyyaml"}, kind="installed")
    contents = FakeContents()
    find_requirements([imported("yaml")], sources=[prefix, TABLE], contents=contents)
    assert contents.asked == []


def test_a_look_into_the_wheel_is_further_evidence() -> None:
    found = find_requirements(
        [imported("yaml")],
        sources=[TABLE],
        contents=FakeContents(wheel("pyyaml", "yaml", "_yaml")),
    )
    assert [e.source for e in found.requirements[0].evidence] == ["table", "wheel"]


def test_what_the_wheel_denies_is_not_believed() -> None:
    # pigar's database ties yaml to lazyaml; such entries must not be locked.
    agreed = FakeNames({"yaml": "lazyaml"}, trust=Trust.AGREED)
    found = find_requirements(
        [imported("yaml")],
        sources=[agreed],
        contents=FakeContents(wheel("lazyaml", "lazyaml")),
    )
    assert found.requirements == ()
    assert found.unresolved[0].candidates == ()
    assert "lazyaml 1.0 has no yaml" in [e.detail for e in found.unresolved[0].evidence]


def test_what_sources_agree_on_needs_no_network() -> None:
    agreed = FakeNames({"yaml": "pyyaml"}, trust=Trust.AGREED)
    assert specs(find_requirements([imported("yaml")], sources=[agreed])) == ["pyyaml"]


def test_hearsay_is_proposed_until_the_wheel_proves_it() -> None:
    hearsay = FakeNames({"daskms": "dask-ms"}, trust=Trust.HEARSAY)
    offline = find_requirements([imported("daskms")], sources=[hearsay])
    assert offline.requirements == ()
    assert offline.unresolved[0].candidates == ("dask-ms",)
    proven = find_requirements(
        [imported("daskms")],
        sources=[hearsay],
        contents=FakeContents(wheel("dask-ms", "daskms")),
    )
    assert specs(proven) == ["dask-ms"]


def test_hearsay_against_a_namesake_is_for_people_to_decide() -> None:
    # A mapping ties rdflib to neurdflib, a fork that has the module as well.
    hearsay = FakeNames({"rdflib": "neurdflib"}, trust=Trust.HEARSAY)
    both = FakeContents(wheel("neurdflib", "rdflib"), wheel("rdflib", "rdflib"))
    found = find_requirements([imported("rdflib")], sources=[hearsay], contents=both)
    assert found.requirements == ()
    assert found.unresolved[0].candidates == ("neurdflib", "rdflib")


def test_a_guess_is_proposed_when_its_wheel_has_the_module_but_never_taken() -> None:
    contents = FakeContents(wheel("python-acme", "acme"), wheel("acme", "other"))
    found = find_requirements([imported("acme")], sources=[TABLE], contents=contents)
    assert found.requirements == ()
    assert found.unresolved[0].candidates == ("python-acme",)


def test_guesses_in_a_namespace_are_made_for_the_part_below_it() -> None:
    contents = FakeContents(wheel("google-cloud-tasks", "google.cloud.tasks"))
    found = find_requirements(
        [imported("google.cloud.tasks.v2")], sources=[TABLE], contents=contents
    )
    assert found.unresolved[0].candidates == ("google-cloud-tasks",)


def test_a_declared_package_is_taken_when_its_wheel_has_the_module() -> None:
    found = find_requirements(
        [imported("acme")],
        sources=[TABLE],
        declared=[declared("vendor-kit>=2")],
        contents=FakeContents(wheel("vendor-kit", "acme")),
    )
    assert specs(found) == ["vendor-kit>=2"]


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        ("python-game", True),
        ("game-python", True),
        ("py-game", True),
        ("pygame", False),
    ],
)
def test_a_declared_package_may_say_that_it_is_for_python(name, is_taken) -> None:
    found = find_requirements(
        [imported("game")], sources=[TABLE], declared=[declared(name)]
    )
    assert [r.name for r in found.requirements] == [name] * is_taken


def test_a_declared_package_of_the_modules_name_needs_no_network() -> None:
    found = find_requirements(
        [imported("my_company")], sources=[TABLE], declared=[declared("my-company")]
    )
    assert specs(found) == ["my-company"]


def test_conda_falls_back_to_pypi_but_not_the_other_way() -> None:
    only_pypi = FakeNames({"acme": "acme"}, ecosystem=Ecosystem.PYPI)
    only_conda = FakeNames({"graph_tool": "graph-tool"}, ecosystem=Ecosystem.CONDA)
    mixed = find_requirements(
        [imported("acme")], sources=[only_pypi], ecosystem=Ecosystem.CONDA
    )
    assert mixed.requirements[0].ecosystem is Ecosystem.PYPI
    alone = find_requirements([imported("graph_tool")], sources=[only_conda])
    assert alone.requirements == ()
    assert alone.unresolved[0].candidates == ("graph-tool",)
    assert "only conda" in alone.unresolved[0].reason


def test_a_channel_that_has_what_the_table_knows_on_pypi_alone_is_asked_first() -> None:
    # bioconda has pysam, of which the sources of the table know nothing.
    only_pypi = FakeNames({"acme": "acme"}, ecosystem=Ecosystem.PYPI)
    channel = FakeContents(wheel("acme", "acme"))
    found = find_requirements(
        [imported("acme.core")],
        sources=[only_pypi],
        ecosystem=Ecosystem.CONDA,
        contents=channel,
    )
    assert [(r.name, r.ecosystem) for r in found.requirements] == [
        ("acme", Ecosystem.CONDA)
    ]


@pytest.mark.parametrize("trust", [Trust.SETTLED, Trust.AGREED])
def test_a_namesake_on_a_channel_without_the_module_says_nothing(trust: Trust) -> None:
    # igraph of conda-forge is a C library, and PyPI's igraph is still PyPI's.
    only_pypi = FakeNames({"acme": "acme"}, ecosystem=Ecosystem.PYPI, trust=trust)
    found = find_requirements(
        [imported("acme")],
        sources=[only_pypi],
        ecosystem=Ecosystem.CONDA,
        contents=FakeContents(wheel("acme", "other")),
    )
    assert [(r.name, r.ecosystem) for r in found.requirements] == [
        ("acme", Ecosystem.PYPI)
    ]


def test_the_same_name_on_a_second_index_is_pointed_out() -> None:
    twice = wheel("pyyaml", "yaml")
    both = type(twice)(
        name="pyyaml",
        version="1",
        modules=frozenset({"yaml"}),
        origin="https://private.example/simple",
        also_on=("https://pypi.org/simple",),
    )
    found = find_requirements(
        [imported("yaml")], sources=[TABLE], contents=FakeContents(both)
    )
    assert len(found.warnings) == 1
    assert "https://pypi.org/simple has a package of the same name" in found.warnings[0]


def test_a_module_of_no_package_may_be_the_scanned_folder() -> None:
    imports = [imported("penguins.data"), imported("yaml")]
    found = find_requirements(imports, sources=[TABLE]).without(
        {"penguins": "", "yaml": ""}
    )
    assert specs(found) == ["pyyaml"]
    assert found.unresolved == ()
    assert found.warnings == (
        "penguins is taken for the scanned folder, which has all that is imported of"
        " it",
    )


def test_modules_that_programs_bring_need_no_package() -> None:
    programs = {"arcpy": "ArcGIS", "yaml": "nobody asks"}
    imports = [imported("arcpy"), imported("yaml"), imported("what")]
    found = find_requirements(imports, sources=[TABLE]).left_to(programs)
    assert specs(found) == ["pyyaml"]
    assert [each.module for each in found.unresolved] == ["what"]
    assert [each.module for each in found.unresolved_optional] == ["arcpy"]
    assert found.warnings == ("arcpy is only in ArcGIS, and in no package",)


def test_modules_of_no_package_may_be_the_projects_elsewhere() -> None:
    imports = [imported("yaml"), imported("helpers"), imported("plots")]
    namesakes = dict.fromkeys(("yaml", "helpers", "plots"), "lib")
    found = find_requirements(imports, sources=[TABLE]).without(namesakes)
    assert specs(found) == ["pyyaml"]
    assert found.unresolved == ()
    assert found.warnings == (
        "helpers, plots are taken for what is in lib, where nothing says that imports"
        " start",
    )
