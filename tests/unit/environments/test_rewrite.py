"""Files with loosened pins keep all else."""

from __future__ import annotations

from dataclasses import replace

from caddis.stages.relax import rewrite
from tests.unit.environments.relaxing import PYPI, asked

TEXT = """\
name: x  # mine
dependencies:
  - numpy=1.0=h  # a comment
  - gone=1.0
variables: {A: b}
"""


def test_all_else_in_a_file_stays_as_it_was() -> None:
    old = asked("numpy=1.0=h", line=3)
    changed = {old: asked("numpy=1.0"), asked("gone=1.0", line=4): None}
    assert rewrite(TEXT, changed, file="environment.yml") == (
        "name: x  # mine\ndependencies:\n"
        "  - numpy=1.0  # a comment\nvariables: {A: b}\n"
    )


def test_what_moves_to_pypi_goes_into_a_pip_section() -> None:
    changed = {asked("gone=1.0", line=4): asked("gone==1.0", PYPI)}
    text = rewrite(TEXT, changed, file="environment.yml")
    assert text.splitlines()[3:5] == ["  - pip:", "      - gone==1.0"]
    again = {asked("numpy=1.0=h", line=3): asked("numpy==1.0", PYPI)}
    text = rewrite(text, again, file="environment.yml")
    assert text.splitlines()[2:5] == [
        "  - pip:", "      - numpy==1.0", "      - gone==1.0",
    ]  # fmt: skip


def test_hashes_of_a_version_that_goes_go_with_it() -> None:
    text = "a==1.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nb==1.0\n"
    old = asked("a==1.0", PYPI)
    changed = {old: asked("a==1.*", PYPI)}
    assert rewrite(text, changed, file="environment.yml") == "a==1.*\nb==1.0\n"


def test_what_stands_in_another_file_changes_nothing_here() -> None:
    old = replace(asked("numpy=1.0=h", line=3), origin="other.yml:3")
    changed = {old: asked("numpy=1.0")}
    assert rewrite(TEXT, changed, file="environment.yml") == TEXT


def test_a_pip_section_with_nothing_in_it_gets_what_moves_there() -> None:
    text = "dependencies:\n  - gone=1.0\n  - pip:\n  - zlib\n"
    changed = {asked("gone=1.0", line=2): asked("gone==1.0", PYPI)}
    assert rewrite(text, changed, file="environment.yml") == (
        "dependencies:\n  - pip:\n    - gone==1.0\n  - zlib\n"
    )
