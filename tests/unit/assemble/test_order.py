"""Of conda packages that have the same file, the one counts that rattler lets win."""

from __future__ import annotations

import pytest

from caddis.model.lock import LockedPackage
from caddis.model.requirements import Ecosystem
from caddis.stages.assemble.order import install_order, winners


def package(name: str, *depends: str) -> LockedPackage:
    return LockedPackage(
        name=name,
        version="1.0",
        ecosystem=Ecosystem.CONDA,
        files=(),
        depends=depends,
    )


@pytest.mark.parametrize(
    ("packages", "order"),
    [
        ((package("a", "b >=1"), package("b", "c"), package("c")), "c b a"),
        ((package("a"), package("b"), package("c")), "c b a"),
        ((package("tool", "base"), package("base"), package("app")), "base tool app"),
        ((package("a", "b"), package("b", "a"), package("c", "a")), "b a c"),
        ((package("a", "absent", "__glibc >=2.28"),), "a"),
    ],
    ids=["a chain", "strangers", "one by name", "a circle", "what is not there"],
)
def test_packages_come_after_what_they_need_and_else_the_first_by_name_last(
    packages: tuple[LockedPackage, ...], order: str
) -> None:
    assert install_order(packages) == order.split()


def test_the_last_to_come_has_the_file() -> None:
    packages = (package("a", "b"), package("b"))
    paths = {"a": ["lib/both", "lib/a"], "b": ["lib/both", "lib/b"]}
    assert winners(packages, paths) == {"lib/both": "a", "lib/a": "a", "lib/b": "b"}
