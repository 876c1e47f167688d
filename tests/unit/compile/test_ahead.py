"""A dry run of layers needs no lower file to be there."""

from __future__ import annotations

from pathlib import Path

from caddis.ports.compiling import CompileQuery
from caddis.stages.compile.ahead import compile_ahead


def _written(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.in").write_text(text)
    return folder


def _read_all(query: CompileQuery) -> str:
    """Give each source and what lies beside it, as an engine would name them."""
    (source,) = (query.folder / name for name in query.sources)
    beside = sorted(path for path in source.parent.rglob("*") if path.is_file())
    return "".join(f"# {path}\n{path.read_text('utf-8')}" for path in beside)


def test_what_is_coming_is_read_in_place_of_what_is_there(tmp_path: Path) -> None:
    folder = _written(tmp_path / "p", dev="-c base.txt\n-r more.in\nsix\n", more="x\n")
    (folder / "base.txt").write_text("old==1\n")
    query = CompileQuery(folder=folder, sources=("dev.in",))
    assert compile_ahead(query, {"base.txt": "new==2\n"}, _read_all) == (
        "# base.txt\nnew==2\n# dev.in\n-c base.txt\n-r more.in\nsix\n# more.in\nx\n"
    )
    assert (folder / "base.txt").read_text() == "old==1\n"


def test_files_in_other_folders_are_found_from_each(tmp_path: Path) -> None:
    folder = _written(tmp_path / "p")
    _written(folder / "requirements", dev="-c base.txt\n-r ../top.in\n")
    _written(folder, top="-r https://x.example/y.txt\ny\n")
    query = CompileQuery(folder=folder, sources=("requirements/dev.in",))
    coming = {"requirements/base.txt": "a==1\n"}
    found = compile_ahead(query, coming, lambda ahead: _names(ahead, folder))
    assert found == "requirements/base.txt requirements/dev.in top.in"


def _names(query: CompileQuery, folder: Path) -> str:
    top = Path(query.sources[0]).parents[1]
    assert top != folder
    files = (path for path in top.rglob("*") if path.is_file())
    return " ".join(sorted(path.relative_to(top).as_posix() for path in files))


def test_a_source_that_names_what_lies_outside_is_read_where_it_is(
    tmp_path: Path,
) -> None:
    folder = _written(tmp_path / "p", dev="-c ../limits.txt\n-c base.txt\n")
    query = CompileQuery(folder=folder, sources=("dev.in",))
    assert compile_ahead(query, {"base.txt": "a==1"}, lambda ahead: str(ahead)) == str(
        query
    )
