import pytest

from caddis.model.modules import outermost_modules
from caddis.model.names import Contents, prefixes


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["yaml/__init__.py", "yaml/nodes.py"], {"yaml"}),
        (["six.py"], {"six"}),
        (["_yaml.cpython-312-x86_64-linux-gnu.so", "_win.cp39.pyd"], {"_yaml", "_win"}),
        (["a-1.data/purelib/six.py", "a-1.data/scripts/tool.py"], {"six"}),
        (["a-1.dist-info/METADATA", "bin/tool", "yaml-stubs/__init__.py"], set()),
        # A folder without __init__ is named with what it leads to.
        (["ns/part/__init__.py"], {"ns", "ns.part"}),
        # google is known to be shared: only the part below it is this package's.
        (["google/rpc/code.py"], {"google.rpc.code"}),
        (["google/__init__.py", "google/pay/__init__.py"], {"google.pay"}),
    ],
)
def test_files_make_modules(paths: list[str], expected: set[str]) -> None:
    assert outermost_modules(paths, namespaces={"google"}) == expected


def test_prefixes_go_from_long_to_short() -> None:
    assert prefixes("a.b.c") == ("a.b.c", "a.b", "a")


def test_contents_deny_only_what_they_know_nothing_of() -> None:
    seen = Contents(
        name="x", version="1", modules=frozenset({"a.b"}), origin="https://x"
    )
    assert seen.provides("a.b.c")
    assert not seen.provides("a")
    assert not seen.denies("a")
    assert seen.denies("z")
