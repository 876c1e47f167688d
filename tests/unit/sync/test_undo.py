from __future__ import annotations

import os
import shutil
from pathlib import Path

from caddis.model.prefix.pending import pending
from caddis.stages.sync.undo import forget, keep, keep_everything, take_back


def _write(prefix: Path, **files: str) -> None:
    for name, text in files.items():
        path = prefix / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text)


def _tree(prefix: Path) -> dict[str, str]:
    return {
        path.relative_to(prefix).as_posix(): (
            f"-> {os.readlink(path)}" if path.is_symlink() else path.read_text()
        )
        for path in sorted(prefix.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def test_what_went_came_and_changed_is_taken_back(tmp_path: Path) -> None:
    _write(tmp_path, bin__old="1", lib__changed="1", lib__mine="1")
    (tmp_path / "bin" / "link").symlink_to("old")
    before = _tree(tmp_path)
    keep(tmp_path, ["bin/old", "bin/link"], ["lib/changed", "lib/new/module.py"])
    (tmp_path / "bin" / "old").unlink()
    (tmp_path / "bin" / "link").unlink()
    _write(tmp_path, lib__changed="2", lib__new__module="2")
    (tmp_path / "lib" / "new" / "module").rename(tmp_path / "lib/new/module.py")
    cache = tmp_path / "lib/new/__pycache__"
    cache.mkdir()
    (cache / "module.cpython-311.pyc").write_text("")
    assert take_back(tmp_path)
    assert _tree(tmp_path) == before
    assert not (tmp_path / "lib" / "new").exists()


def test_files_that_appear_meanwhile_stay(tmp_path: Path) -> None:
    keep(tmp_path, [], ["share/new"])
    _write(tmp_path, share__new="2", share__results="years of work")
    take_back(tmp_path)
    assert _tree(tmp_path) == {"share/results": "years of work"}


def test_what_engines_had_only_begun_goes(tmp_path: Path) -> None:
    keep(tmp_path, [], ["lib/new-1.0.dist-info/RECORD", "conda-meta/new-1.0-0.json"])
    (tmp_path / "symtest_e5694acd-f091-43f1-bd12-e6e0f83a6e9e").symlink_to("./")
    begun = {
        "conda-meta__prefix_record_tXPpq8": "{",
        "lib__new-1.0.dist-info__.tmpGvneSJ": "uv",
        ".refprobe-s57rmy__src": "rattler",
    }
    _write(tmp_path, **begun, share__results="years of work")
    take_back(tmp_path)
    assert _tree(tmp_path) == {"share/results": "years of work"}
    assert not (tmp_path / "lib").exists()


def test_what_a_sync_writes_in_place_is_copied(tmp_path: Path) -> None:
    # A link to the history would get its next line as well.
    history = tmp_path / "conda-meta" / "history"
    _write(tmp_path, **{"conda-meta__history": "first\n"})
    keep(tmp_path, [], [])
    with history.open("a") as stream:
        stream.write("second\n")
    _write(tmp_path, **{"conda-meta__state": "{}"})
    take_back(tmp_path)
    assert _tree(tmp_path) == {"conda-meta/history": "first\n"}


def test_everything_can_be_taken_back(tmp_path: Path) -> None:
    _write(tmp_path, bin__python="3.10", **{"lib__a.py": "1"})
    before = _tree(tmp_path)
    keep_everything(tmp_path)
    _write(tmp_path, bin__python="3.11", lib64__whatever="2")
    take_back(tmp_path)
    assert _tree(tmp_path) == before


def test_a_way_back_that_was_cut_off_can_be_gone_again(tmp_path: Path) -> None:
    _write(tmp_path, lib__a="1", lib__b="1")
    before = _tree(tmp_path)
    keep(tmp_path, ["lib/a", "lib/b"], ["lib/c"])
    _write(tmp_path, lib__b="2", lib__c="2")
    (tmp_path / "lib" / "a").unlink()
    shutil.copytree(tmp_path / ".caddis", tmp_path / "copy")
    take_back(tmp_path)
    shutil.rmtree(tmp_path / ".caddis")
    (tmp_path / "copy").rename(tmp_path / ".caddis")
    assert take_back(tmp_path)
    assert _tree(tmp_path) == before


def test_without_a_mark_nothing_is_taken_back(tmp_path: Path) -> None:
    # Killed while it prepared: the prefix was not touched yet.
    _write(tmp_path, lib__a="1")
    keep(tmp_path, ["lib/a"], [])
    pending(tmp_path).unlink()
    _write(tmp_path, lib__a="2")
    assert not take_back(tmp_path)
    assert _tree(tmp_path) == {"lib/a": "2"}


def test_a_mark_that_cannot_be_read_makes_the_next_sync_look_at_every_file(
    tmp_path: Path,
) -> None:
    _write(tmp_path, lib__a="1", **{".caddis__files.json": "{}"})
    keep(tmp_path, ["lib/a"], [])
    (tmp_path / "lib" / "a").unlink()
    pending(tmp_path).write_text("{")
    (tmp_path / ".caddis/before/.caddis/files.json").unlink()
    assert take_back(tmp_path)
    assert _tree(tmp_path) == {"lib/a": "1"}


def test_what_is_kept_is_given_up_in_the_end(tmp_path: Path) -> None:
    _write(tmp_path, lib__a="1")
    keep(tmp_path, ["lib/a"], [])
    forget(tmp_path)
    assert _tree(tmp_path) == {"lib/a": "1"}


def test_keeping_costs_no_space(tmp_path: Path) -> None:
    _write(tmp_path, lib__a="1")
    keep(tmp_path, ["lib/a"], [])
    assert (tmp_path / "lib" / "a").stat().st_nlink == 2


def test_a_folder_in_place_of_a_file_is_taken_back(tmp_path: Path) -> None:
    _write(tmp_path, lib__data="1")
    before = _tree(tmp_path)
    keep(tmp_path, ["lib/data"], ["lib/data/inside"])
    (tmp_path / "lib/data").unlink()
    _write(tmp_path, lib__data__inside="2")
    take_back(tmp_path)
    assert _tree(tmp_path) == before
