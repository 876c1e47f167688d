from caddis.model.import_forms import Form
from caddis.model.import_table import ImportTable, packed
from caddis.model.imports import Import, ImportKind

IMPORTS = [
    Import(module=module, kind=kind, path=f"{module}.py", line=line)
    for line, (module, kind) in enumerate(
        [
            ("b", ImportKind.REQUIRED),
            ("a", ImportKind.STDLIB),
            ("b", ImportKind.REQUIRED),
            ("c", ImportKind.OPTIONAL),
        ],
        start=1,
    )
]


def test_imports_of_one_form_share_it() -> None:
    table = packed(IMPORTS)
    assert list(table.numbers()) == [0, 1, 2]
    assert table == IMPORTS


def test_forms_are_told_apart_however_many_there_are() -> None:
    # More than there are places for their hashes: some push others out.
    names = [f"m{number % 150_000}" for number in range(160_000)]
    table = ImportTable()
    numbers = [table.number(Form(n, (), ImportKind.REQUIRED)) for n in names]
    table.add("x.py", numbers, range(len(names)), range(len(names)))
    assert [found.module for found in table.imports()] == names


def test_a_selection_backwards_has_the_same_kinds() -> None:
    backwards = packed(IMPORTS)[::-1]
    assert [found.line for found in backwards] == [4, 3, 2, 1]
    required = backwards.of_kinds({ImportKind.REQUIRED})
    assert [found.line for found in required] == [3, 1]


def test_rows_are_grouped_by_form() -> None:
    first, rows = packed(IMPORTS).by_form()
    assert [list(rows[first[form] : first[form + 1]]) for form in range(3)] == [
        [0, 2],
        [1],
        [3],
    ]


def test_what_is_weighed_keeps_all_but_kinds_and_reasons() -> None:
    table = packed(IMPORTS).of_kinds({ImportKind.REQUIRED, ImportKind.OPTIONAL})
    weighed = table.weighed([(2, ImportKind.DEFERRED, "later")])
    assert [(found.line, found.kind, found.why) for found in weighed] == [
        (1, ImportKind.REQUIRED, ""),
        (3, ImportKind.DEFERRED, "later"),
        (4, ImportKind.OPTIONAL, ""),
    ]
    assert len(weighed.forms) == 3
