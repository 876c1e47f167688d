"""Names of which Windows would make something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ArchiveError
from caddis.host import LINUX, WINDOWS, Host
from tests.support.crafted import (
    archive_of,
    file,
    link,
    nothing_was_left,
    try_to_unpack,
    with_place,
)

NAMES_FOR_WINDOWS = [
    r"..\x",
    r"lib\..\..\x",
    r"\\server\share\x",
    "C:/x",
    "C:x",
    "lib/x:stream",
    "lib/x.",
    "lib ./x",
    "NUL",
    "lib/con.txt",
    "Lib/Aux .py",
    "COM1/x",
    "lib/LPT¹",
    "lib/conin$",
    "lib/x?",
    "lib/x\x1f",
]


@pytest.mark.parametrize("name", NAMES_FOR_WINDOWS)
@pytest.mark.parametrize(
    ("platform", "host"),
    [("win-64", LINUX), ("linux-64", WINDOWS)],
    ids=["for Windows", "on Windows"],
)
def test_what_windows_takes_for_another_name_is_refused(
    name: str, platform: str, host: Host, tmp_path: Path
) -> None:
    for member in (file(name), link("lib/good", name)):
        data = archive_of(file("lib/good.py"), member, platform=platform)
        with pytest.raises(ArchiveError, match="something else on Windows"):
            try_to_unpack(data, tmp_path, host=host)
        assert nothing_was_left(tmp_path)


def test_names_that_only_windows_misreads_are_good_elsewhere(tmp_path: Path) -> None:
    # systemd's units and Perl's manuals have them.
    data = archive_of(file(r"lib/a\x2db.slice"), file("man/Foo::Bar.3"))
    prefix = try_to_unpack(data, tmp_path)
    assert (prefix / "man/Foo::Bar.3").exists()
    assert (prefix / r"lib/a\x2db.slice").exists()


def test_windows_environments_may_have_names_that_are_nearly_devices(
    tmp_path: Path,
) -> None:
    names = ["Lib/console.py", "Lib/nullable.py", "com10", "con_/aux1.py", "Lib/.x.y"]
    links = link("Library/bin/x", "../../Lib/.x.y"), link("Library/y", "./bin/x")
    data = archive_of(*map(file, names), *links, platform="win-64")
    prefix = try_to_unpack(data, tmp_path)
    assert all((prefix / name).is_file() for name in (*names, "Library/y"))


def test_a_place_to_patch_cannot_lie_on_another_disk_of_windows(tmp_path: Path) -> None:
    data = archive_of(file("lib/x"), platform="win-64")
    with pytest.raises(ArchiveError, match="something else on Windows"):
        try_to_unpack(with_place(data, "C:x", tmp_path), tmp_path)
    assert nothing_was_left(tmp_path)
