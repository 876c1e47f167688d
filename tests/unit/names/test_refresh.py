import json

import pytest

from caddis.errors import FetchError
from caddis.stages.requirements import refresh


def regro(module: str, pypi: str, conda: str) -> dict[str, str]:
    return {"import_name": module, "pypi_name": pypi, "conda_name": conda}


def test_entries_of_regro_become_rows() -> None:
    text = json.dumps({"acme-kit": regro("acme", "Acme.Kit", "python-acme")})
    fresh = refresh([text], settled=())
    assert fresh.modules == (("acme", "acme-kit", "python-acme", "", "published"),)
    assert fresh.packages == (("acme-kit", "python-acme", "<"),)


def test_what_people_settled_stays() -> None:
    text = json.dumps([regro("yaml", "lazyaml", "lazyaml")])
    assert refresh([text], settled={"yaml"}).modules == ()


def test_a_module_that_two_packages_claim_is_left_out() -> None:
    text = json.dumps([regro("acme", "acme", "acme"), regro("acme", "pyacme", "x")])
    assert refresh([text], settled=()).modules == ()


def test_a_hash_in_the_address_of_a_download_is_no_name() -> None:
    text = json.dumps([regro("jsoneditor", "0164e082b2" * 6, "django-jsoneditor")])
    assert refresh([text], settled=()).modules == ()


def test_the_names_of_known_packages_stay() -> None:
    text = json.dumps({"matplotlib": "matplotlib", "acme-c": None, "pyacme": "acme"})
    known = {"matplotlib": "matplotlib-base"}
    fresh = refresh([text], settled=(), on_conda=known)
    assert fresh.packages == (("-", "acme-c", ""), ("acme", "pyacme", "<"))


def test_a_known_package_of_conda_may_lack_metadata() -> None:
    # opencv and openbabel of conda-forge have none; smart-open is another name there.
    known = {"opencv-python": "opencv", "smart-open": "smart_open", "xxhash": "pyxx"}
    text = json.dumps({"opencv": None, "smart-open": None, "xxhash": None})
    fresh = refresh([text], settled=(), on_conda=known)
    assert fresh.packages == (("-", "xxhash", ""),)


def test_the_plain_name_is_taken_before_variants_of_it() -> None:
    text = json.dumps({"acme": "acme", "acme-base": "acme", "acme-gpu": "acme"})
    fresh = refresh([text], settled=())
    assert fresh.packages == (("acme", "acme", "<"),)


def test_a_package_that_others_were_copied_into_stands_for_none() -> None:
    text = json.dumps({"acme": ["acme"], "bundle": ["acme", "click"], "c": None})
    fresh = refresh([text], settled=())
    assert fresh.packages == (("-", "c", ""), ("acme", "acme", "<"))


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "[1, 2]",
        '{"a": 3}',
        '{"a": {"import_name": "a"}}',
        json.dumps([regro("acme\tevil", "acme", "acme")]),
        json.dumps([regro("acme", "acme\nyaml\tevil", "acme")]),
    ],
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    # A line end or tab in a name would forge lines of the table.
    with pytest.raises(FetchError, match="not in a format"):
        refresh([text], settled=())
