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


def test_the_names_of_known_packages_stay() -> None:
    text = json.dumps({"matplotlib": "matplotlib", "acme-c": None, "pyacme": "acme"})
    fresh = refresh([text], settled=(), known={"matplotlib"})
    assert fresh.packages == (("-", "acme-c", ""), ("acme", "pyacme", "<"))


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
