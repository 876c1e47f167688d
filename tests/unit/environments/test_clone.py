"""The same environment once more."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from caddis.adapters.sharing import LocalSharer
from caddis.errors import PrefixError
from caddis.host import LINUX
from caddis.model.prefix.dist_info import record_hash
from caddis.model.prefix.journal import (
    Journal,
    Noted,
    read_journal,
    stamp_of,
    write_journal,
)
from caddis.stages.clone import Cloned, clone
from caddis.stages.clone.patch import DoesNotFit, patch
from caddis.stages.inventory import read_environment
from tests.unit.environments.prefixes import SITE, Prefix


class FakeSharer:
    """Copies, and remembers what it was given."""

    def __init__(self) -> None:
        self.way = "copy"
        self.shared: list[str] = []

    def share(self, source: Path, target: Path, paths: Sequence[str]) -> None:
        for path in paths:
            shutil.copy2(source / path, target / path)
        self.shared += paths


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(path=tmp_path / "original")


def run(prefix: Prefix) -> tuple[Path, Cloned, FakeSharer]:
    target, sharer = prefix.path.with_name("clone"), FakeSharer()
    return target, clone(prefix.path, target, host=LINUX, sharer=sharer), sharer


def add_patched(prefix: Prefix, path: str, text: str) -> None:
    """Add a package with a text file that states the prefix, as conda leaves it."""
    content = text.replace("{prefix}", str(prefix.path))
    prefix.conda("patched", files={path: content})
    record = prefix.path / "conda-meta/patched-1.0-h1_0.json"
    data = json.loads(record.read_text())
    file = data["paths_data"]["paths"][0]
    digest = hashlib.sha256(content.encode()).hexdigest()
    file |= {"prefix_placeholder": "/p" * 100, "file_mode": "text"}
    file |= {"sha256_in_prefix": digest, "sha256": "0" * 64}
    record.write_text(json.dumps(data))


def test_unchanged_files_of_packages_are_shared_and_their_records_are_not(
    prefix: Prefix,
) -> None:
    prefix.python()
    prefix.conda("tool", files={"lib/tool.so": "code"})
    _, _, sharer = run(prefix)
    assert sharer.shared == ["lib/tool.so"]


def test_what_users_write_to_is_not_shared(prefix: Prefix) -> None:
    files = {"etc/tool.json": "{}", "ssl/cacert.pem": "CA", "lib/edited": "old"}
    prefix.conda("tool", files=files)
    (prefix.path / "notes.txt").write_text("mine")
    later = (prefix.path / "conda-meta/tool-1.0-h1_0.json").stat().st_mtime + 10
    os.utime(prefix.path / "lib/edited", (later, later))
    target, _, sharer = run(prefix)
    assert sharer.shared == []
    assert (target / "notes.txt").read_text() == "mine"


def test_the_prefix_in_files_becomes_the_clone_s_and_its_record_stays_true(
    prefix: Prefix,
) -> None:
    add_patched(prefix, "share/config", "home={prefix}/lib\nother={prefix}-2\n")
    target, done, _ = run(prefix)
    text = (target / "share/config").read_text()
    assert text == f"home={target}/lib\nother={prefix.path}-2\n"
    assert done.patched == ("share/config",)
    assert read_environment(target, host=LINUX).changed == ()
    record = (target / "conda-meta/patched-1.0-h1_0.json").read_text()
    assert hashlib.sha256(text.encode()).hexdigest() in record


def test_scripts_of_distributions_start_the_clone_s_python(prefix: Prefix) -> None:
    prefix.venv()
    script = f"#!{prefix.path}/bin/python\nprint()\n"
    info = prefix.dist("tool", files={"bin/tool": script})
    target, _, _ = run(prefix)
    text = (target / "bin/tool").read_text()
    assert text.startswith(f"#!{target}/bin/python\n")
    record = (target / info.relative_to(prefix.path) / "RECORD").read_text()
    assert f"bin/tool,{record_hash(text.encode())},{len(text)}" in record
    assert read_environment(target, host=LINUX).changed == ()


def test_a_script_written_after_its_record_starts_the_clone_s_python(
    prefix: Prefix,
) -> None:
    # virtualenv writes pip's RECORD first and bin/pip after it.
    prefix.venv()
    script = f"#!{prefix.path}/bin/python\nprint()\n"
    info = prefix.dist("pip", files={"bin/pip": script})
    later = (info / "RECORD").stat().st_mtime + 10
    os.utime(prefix.path / "bin/pip", (later, later))
    target, _, sharer = run(prefix)
    assert (target / "bin/pip").read_text().startswith(f"#!{target}/bin/python\n")
    assert "bin/pip" not in sharer.shared


def test_what_was_asked_variables_and_pins_are_kept(prefix: Prefix) -> None:
    prefix.python()
    prefix.conda("numpy")
    prefix.history(f"# cmd: conda create -p {prefix.path}", "# update specs: ['numpy']")
    meta = prefix.path / "conda-meta"
    (meta / "state").write_text(json.dumps({"env_vars": {"A": "1"}}))
    (meta / "pinned").write_text("numpy 1.*\n")
    target, _, _ = run(prefix)
    old = read_environment(prefix.path, host=LINUX)
    new = read_environment(target, host=LINUX)
    assert new.requested == old.requested
    assert new.packages == old.packages
    assert (new.variables, new.pins) == ({"A": "1"}, ("numpy 1.*",))
    assert str(prefix.path) in (target / "conda-meta/history").read_text()


def test_the_journal_still_knows_its_packages(prefix: Prefix) -> None:
    prefix.venv()
    script = f"#!{prefix.path}/bin/python\n" + "#" * 93
    info = prefix.dist("tool", files={"bin/tool": script})
    note = Noted(fingerprint="ab", stamp=stamp_of(info / "RECORD"))
    (prefix.path / ".caddis").mkdir()
    write_journal(Journal(pypi={"tool": note}), prefix.path)
    target, _, _ = run(prefix)
    record = target / info.relative_to(prefix.path) / "RECORD"
    assert read_journal(target).pypi["tool"].stamp == stamp_of(record)


def test_what_pip_replaced_stays_replaced(prefix: Prefix) -> None:
    # conda create --clone takes the files from the cache and brings the old back.
    prefix.conda("numpy", files={f"{SITE}/numpy.py": "conda's\n"})
    prefix.dist("numpy", "2.0")
    ours = (prefix.path / SITE / "numpy.py").read_text()
    target, _, _ = run(prefix)
    assert (target / SITE / "numpy.py").read_text() == ours


def test_links_into_the_original_lead_into_the_clone(prefix: Prefix) -> None:
    prefix.conda("tool", files={"lib/a.so": "x"})
    (prefix.path / "lib/absolute").symlink_to(prefix.path / "lib/a.so")
    (prefix.path / "lib/relative").symlink_to("a.so")
    (prefix.path / "lib/outside").symlink_to("/usr/bin/env")
    target, _, _ = run(prefix)
    assert os.readlink(target / "lib/absolute") == f"{target}/lib/a.so"
    assert os.readlink(target / "lib/relative") == "a.so"
    assert os.readlink(target / "lib/outside") == "/usr/bin/env"


def test_the_original_is_not_touched(prefix: Prefix) -> None:
    add_patched(prefix, "share/config", "home={prefix}\n")
    before = (prefix.path / "share/config").read_bytes()
    target = prefix.path.with_name("clone")
    clone(prefix.path, target, host=LINUX, sharer=LocalSharer())
    (target / "share/config").write_text("changed in the clone")
    assert (prefix.path / "share/config").read_bytes() == before


def test_hard_links_share_and_independent_copies_do_not(prefix: Prefix) -> None:
    prefix.conda("tool", files={"lib/tool.so": "code"})
    parent = prefix.path.parent
    for name, sharer in (
        ("shared", LocalSharer()),
        ("apart", LocalSharer(independent=True)),
    ):
        clone(prefix.path, parent / name, host=LINUX, sharer=sharer)
    own = (prefix.path / "lib/tool.so").stat()
    assert not os.path.samestat(own, (parent / "apart/lib/tool.so").stat())
    shared = (parent / "shared/lib/tool.so").read_text()
    assert shared == "code"


def test_a_binary_that_somebody_built_there_is_named_where_nothing_fits(
    prefix: Prefix,
) -> None:
    prefix.python()
    content = b"\x7fELF\0" + os.fsencode(prefix.path) + b"/lib\0data"
    (prefix.path / "mine.so").write_bytes(content)
    target = prefix.path.with_name("a-much-longer-name")
    done = clone(prefix.path, target, host=LINUX, sharer=FakeSharer())
    assert done.stale == ("mine.so",)
    assert (target / "mine.so").read_bytes() == content


def test_a_place_that_is_taken_is_refused_and_left_alone(prefix: Prefix) -> None:
    prefix.python()
    taken = prefix.path.with_name("clone")
    taken.mkdir()
    (taken / "mine").touch()
    with pytest.raises(PrefixError, match="not an empty folder"):
        run(prefix)
    assert [path.name for path in taken.iterdir()] == ["mine"]


def test_nothing_is_left_of_a_clone_that_failed(prefix: Prefix) -> None:
    prefix.python()
    broken = prefix.path / "broken"
    broken.symlink_to("x")

    class FullDisk(FakeSharer):
        def share(self, source: Path, target: Path, paths: Sequence[str]) -> None:
            raise OSError(28, "No space left on device")

    target = prefix.path.with_name("clone")
    with pytest.raises(OSError, match="No space"):
        clone(prefix.path, target, host=LINUX, sharer=FullDisk())
    assert [path.name for path in target.parent.iterdir()] == ["original"]


def test_a_binary_file_keeps_its_length() -> None:
    content = b"\x7f/old/env/lib\0" + b"\0" * 20 + b"rest\0"
    room = len("/old/env") + 20
    longer = patch(content, b"/old/env", b"/a/longer/env", room=room)
    assert longer == b"\x7f/a/longer/env/lib\0" + b"\0" * 15 + b"rest\0"
    assert patch(longer, b"/a/longer/env", b"/old/env", room=room) == content


def test_two_prefixes_in_one_c_string_are_both_replaced() -> None:
    content = b"\x7f\0/old:/old/x\0" + b"\0" * 20
    assert patch(content, b"/old", b"/new!", room=14)[:16] == b"\x7f\0/new!:/new!/x\0"


def test_a_prefix_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        patch(b"\x7f/old\0\0\0\0\0\0\0\0data", b"/old", b"/much/longer", room=6)
