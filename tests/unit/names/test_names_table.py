from pathlib import Path

import pytest

from caddis.adapters.names_table import NamesTable, carried_names
from caddis.adapters.names_table.files import write_update
from caddis.errors import ProjectError
from caddis.model.names import Trust
from caddis.model.requirements import Ecosystem

MODULES = [
    ("acme", "*", "*", "", "curated"),
    ("acme.core", "acme-core", "acme", "acme-core-gpu", "curated"),
    ("lonely", "lonely", "-", "", "pipreqs"),
    ("native", "-", "native", "", "curated"),
]
PACKAGES = [
    ("-", "native", ""),
    ("acme-core", "acme", "<"),
    ("acme-core-gpu", "acme-gpu", "<"),
    ("acme-old", "acme", ""),
    ("lonely", "-", ""),
]


@pytest.fixture
def table(tmp_path: Path) -> NamesTable:
    write_update(tmp_path, modules=MODULES, packages=PACKAGES)
    return NamesTable([tmp_path])


def test_a_row_answers_in_both_worlds(table: NamesTable) -> None:
    (pypi,) = table.find("acme.core", ecosystem=Ecosystem.PYPI)
    (conda,) = table.find("acme.core", ecosystem=Ecosystem.CONDA)
    assert (pypi.name, pypi.alternatives) == ("acme-core", ("acme-core-gpu",))
    assert (conda.name, conda.alternatives) == ("acme", ("acme-gpu",))


def test_what_only_one_world_has_comes_from_there(table: NamesTable) -> None:
    (lonely,) = table.find("lonely", ecosystem=Ecosystem.CONDA)
    (native,) = table.find("native", ecosystem=Ecosystem.PYPI)
    assert lonely.ecosystem is Ecosystem.PYPI
    assert native.ecosystem is Ecosystem.CONDA


@pytest.mark.parametrize(
    ("module", "pypi", "sources", "trust"),
    [
        ("acme", "kit", "curated", Trust.SETTLED),
        ("acme", "kit", "conda-pypi,wheel", Trust.AGREED),
        ("acme", "kit", "grayskull,pipreqs", Trust.AGREED),
        ("acme_kit", "acmekit", "conda-pypi", Trust.AGREED),
        ("acme.kit", "kit", "conda-pypi", Trust.AGREED),
        # depfinder's file was started from the same mapping: one voice.
        ("acme", "kit", "conda-pypi,depfinder", Trust.HEARSAY),
        ("acme", "kit", "published", Trust.HEARSAY),
    ],
)
def test_trust_follows_from_who_says_it(
    tmp_path: Path, module: str, pypi: str, sources: str, trust: Trust
) -> None:
    write_update(tmp_path, modules=[(module, pypi, pypi, "", sources)], packages=[])
    (found,) = NamesTable([tmp_path]).find(module, ecosystem=Ecosystem.PYPI)
    assert found.trust is trust


def test_a_namespace_has_no_provider(table: NamesTable) -> None:
    (space,) = table.find("acme", ecosystem=Ecosystem.PYPI)
    assert space.is_namespace
    assert table.namespaces == {"acme"}


def test_names_lead_over_and_back(table: NamesTable) -> None:
    assert table.to_conda("Acme_Old") == "acme"
    assert table.to_pypi("acme") == "acme-core"
    assert table.to_conda("lonely") is None
    assert table.to_pypi("native") is None
    assert table.to_conda("unheard-of") == "unheard-of"


def test_a_name_that_is_illegal_on_pypi_leads_nowhere(table: NamesTable) -> None:
    # Every environment of conda-forge and Anaconda has these two.
    for name in ("_libgcc_mutex", "_openmp_mutex"):
        assert table.to_pypi(name) is None
        assert table.distributions(name) == ()
    assert table.distributions("new_name") == ("new-name",)


def test_an_update_overrules_the_carried_table(tmp_path: Path) -> None:
    row = ("never_heard_of", "heard-of", "heard-of", "", "published")
    write_update(tmp_path, modules=[row], packages=[("heard-of", "heard-of", "<")])
    updated = carried_names(tmp_path)
    (found,) = updated.find("never_heard_of", ecosystem=Ecosystem.PYPI)
    assert found.name == "heard-of"
    assert updated.find("cv2", ecosystem=Ecosystem.PYPI)[0].name == "opencv-python"


def test_an_update_may_find_in_conda_what_was_of_pypi_alone(tmp_path: Path) -> None:
    carried, update = tmp_path / "carried", tmp_path / "update"
    write_update(carried, modules=MODULES, packages=PACKAGES)
    write_update(update, modules=[], packages=[("lonely", "python-lonely", "<")])
    table = NamesTable([carried, update])
    (found,) = table.find("lonely", ecosystem=Ecosystem.CONDA)
    assert (found.ecosystem, found.name) == (Ecosystem.CONDA, "python-lonely")
    assert table.describe("lonely") == ["lonely\tlonely\tpython-lonely\t\tpipreqs"]


def test_only_what_stands_on_one_word_is_open_to_updates(tmp_path: Path) -> None:
    agreed = ("agreed", "kit", "kit", "", "grayskull,pipreqs")
    hearsay = ("hearsay", "kit", "kit", "", "grayskull")
    write_update(tmp_path, modules=[agreed, hearsay], packages=[])
    assert NamesTable([tmp_path]).settled == {"agreed"}


def test_a_damaged_table_is_named_with_its_line(tmp_path: Path) -> None:
    write_update(tmp_path, modules=[("acme", "acme")], packages=[])
    with pytest.raises(ProjectError, match=r"modules\.tsv:1: 5 fields expected"):
        NamesTable([tmp_path]).find("acme", ecosystem=Ecosystem.PYPI)


def test_the_carried_table_is_there_and_large() -> None:
    table = NamesTable()
    names = [
        found.name
        for module in ("cv2", "gi", "faiss")
        for found in table.find(module, ecosystem=Ecosystem.PYPI)
    ]
    assert names == ["opencv-python", "pygobject", "faiss-cpu"]
    assert len(table.on_conda) > 10_000


def test_no_package_has_the_parts_of_programs() -> None:
    table = NamesTable()
    assert "google.colab" in table.programs
    for module in table.programs:
        assert not table.find(module, ecosystem=Ecosystem.PYPI), module


def test_only_what_people_looked_into_is_well_known(tmp_path: Path) -> None:
    rows = [
        ("acme", "acme", "-", "", "curated"),
        ("space", "*", "-", "", "curated"),
        ("kit", "kit", "kit", "", "conda-pypi,depfinder"),
    ]
    write_update(tmp_path, modules=rows, packages=[("kit", "kit", "<")])
    assert NamesTable([tmp_path]).well_known == {"acme"}


def test_those_who_build_conda_packages_know_what_is_in_them(tmp_path: Path) -> None:
    row = ("acme", "kit", "python-kit", "", "conda-pypi")
    write_update(tmp_path, modules=[row], packages=[])
    (found,) = NamesTable([tmp_path]).find("acme", ecosystem=Ecosystem.CONDA)
    assert found.trust is Trust.AGREED


def test_packages_of_either_world_are_known_by_their_whole_name(tmp_path: Path) -> None:
    rows = [("-", "make", ""), ("torch", "pytorch", ""), ("uv", "uv", "<")]
    write_update(tmp_path, modules=[], packages=rows)
    table, read = NamesTable([tmp_path]), NamesTable([tmp_path])
    assert read.to_conda("torch") == "pytorch"
    for each in (table, read, *[table] * 10):
        for name in ("make", "torch", "pytorch", "uv"):
            assert each.has_package(name)
        for name in ("mak", "ake", "orch", "v", ""):
            assert not each.has_package(name)
