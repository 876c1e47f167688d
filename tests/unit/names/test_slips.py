"""Names that are one slip away from those of known packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from caddis.model.requirements import Ecosystem, Requirement, Requirements, Unresolved
from caddis.stages.slips import warn_of_names
from tests.unit.names.fakes import declared

NONE = Requirements(requirements=())


@dataclass
class Known:
    """Packages of PyPI, Python packages of conda, and what else is a package."""

    well_known: frozenset[str]
    on_conda: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    def has_package(self, name: str) -> bool:
        conda = self.on_conda.values()
        return name in self.well_known or name in conda or name in self.others


def known(*packages: str) -> Known:
    return Known(well_known=frozenset(packages))


def unresolved(module: str, *candidates: str) -> Requirements:
    found = Unresolved(module=module, reason="?", candidates=candidates)
    return Requirements(requirements=(), unresolved=(found,))


def test_a_slip_of_the_finger_is_pointed_out() -> None:
    for slip in ("reqests", "requestss", "requezts", "reqeusts"):
        (warning,) = warn_of_names(
            NONE, declared=[declared(slip)], known=known("requests", "numpy")
        )
        assert slip in warning
        assert "well-known requests" in warning


def test_slips_are_found_among_any_number_of_names() -> None:
    slips = ("reqests", "requestss", "requezts", "reqeusts", "rrequests", "equests")
    others = [f"own-{number}-package" for number in range(1000)]
    told = warn_of_names(
        NONE,
        declared=[declared(name) for name in (*others, *slips, "tqmd")],
        known=known("requests", "tqdm"),
    )
    assert [sentence.partition(" ")[0] for sentence in told] == [*slips, "tqmd"]


def test_known_names_and_short_names_are_left_alone() -> None:
    def slips(name: str, *names: str) -> tuple[str, ...]:
        return warn_of_names(NONE, declared=[declared(name)], known=known(*names))

    assert slips("tomli", "toml") == (
        "tomli (requirements.txt:1) is one letter away from the well-known toml",
    )
    assert slips("tomli", "toml", "tomli") == ()
    assert slips("yml", "yaml") == ()


def test_a_slip_in_a_name_of_conda_is_held_against_condas_packages() -> None:
    names = ("pytorch", "bpython", "ruamel.yaml")
    table = Known(
        well_known=frozenset({"torch", *names}),
        on_conda={name: name for name in names},
        others=frozenset({"python", "make"}),
    )

    def slips(name: str) -> tuple[str, ...]:
        asked = declared(name, ecosystem=Ecosystem.CONDA)
        return warn_of_names(NONE, declared=[asked], known=table)

    assert len(slips("pytorh")) == 1
    assert slips("ruamel.yaml") == ()
    # What has no Python in it is nobody's slip, and what PyPI alone has not meant.
    assert slips("python") == slips("cmake") == slips("torchh") == ()


def test_a_candidate_that_looks_like_a_well_known_package_is_pointed_out() -> None:
    found = unresolved("reqeusts", "reqeusts")
    assert len(warn_of_names(found, known=known("requests"))) == 1


def test_what_code_does_without_is_no_slip() -> None:
    (guarded,) = unresolved("reqeusts").unresolved
    found = Requirements(requirements=(), unresolved_optional=(guarded,))
    assert warn_of_names(found, known=known("requests")) == ()
    assert warn_of_names(unresolved("_mechanize"), known=known("mechanize")) == ()


def test_of_a_short_name_only_swapped_letters_are_a_slip() -> None:
    for module, sentences in (("tqmd", 1), ("tqda", 0), ("qtm", 0)):
        told = warn_of_names(unresolved(module), known=known("tqdm", "tqm"))
        assert len(told) == sentences


def test_requirements_without_origin_are_named_without_place() -> None:
    odd = Requirement(spec="nunpy", name="nunpy", ecosystem=Ecosystem.PYPI)
    found = Requirements(requirements=(odd,))
    assert warn_of_names(found, known=known("numpy")) == (
        "nunpy is one letter away from the well-known numpy",
    )


def test_modules_of_python_2_are_nobodys_slip() -> None:
    assert warn_of_names(unresolved("urllib2"), known=known("urllib3")) == ()
