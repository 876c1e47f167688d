"""Channels by the words that conda has for them."""

from __future__ import annotations

from caddis.model.channels import in_full, spec_in_full, with_named
from caddis.model.requirements import Ecosystem, Requirement

_MAIN, _R = (f"https://repo.anaconda.com/pkgs/{name}" for name in ("main", "r"))


def _asked(spec: str, ecosystem: Ecosystem = Ecosystem.CONDA) -> Requirement:
    return Requirement(spec=spec, name="x", ecosystem=ecosystem)


def test_defaults_are_the_channels_that_conda_means() -> None:
    # They lie on another host than channels with other names.
    assert in_full(("conda-forge", "defaults")) == ("conda-forge", _MAIN, _R)
    assert in_full(("pkgs/main", "defaults")) == (_MAIN, _R)
    assert in_full((_MAIN, "file:///a")) == (_MAIN, "file:///a")


def test_a_spec_may_name_them_too() -> None:
    assert spec_in_full("pkgs/main::python 3.11.*") == f"{_MAIN}::python 3.11.*"
    assert spec_in_full("defaults::python") == f"{_MAIN}::python"
    assert spec_in_full("numpy >=2") == "numpy >=2"
    assert spec_in_full("conda-forge::numpy") == "conda-forge::numpy"


def test_a_channel_that_a_package_names_is_asked_last() -> None:
    needs = (
        _asked("bioconda::samtools"),
        _asked("conda-forge/noarch::x"),
        _asked("https://conda.anaconda.org/conda-forge::y"),
        _asked("numpy"),
        _asked("a::b", Ecosystem.PYPI),
    )
    assert with_named(("conda-forge",), needs) == ("conda-forge", "bioconda")
