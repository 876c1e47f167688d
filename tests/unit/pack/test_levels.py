"""--compress: levels are sizes, and no level's frames are taken for another's."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from caddis.adapters.codecs import codec_for_name
from caddis.adapters.frame_cache import DiskFrameCache
from caddis.errors import UsageError
from caddis.model.layers import Entry, Layer, LayerKind, Stack
from caddis.stages.pack import Packed, Packer, pack
from tests.support.elf import NoElf
from tests.support.stacks import make_stack

STDLIB = Path(sysconfig.get_path("stdlib"))


def sources(name: str, pattern: str) -> Layer:
    """A layer of files that everybody has."""
    files = sorted(STDLIB.glob(pattern))
    entries = [Entry(path=f"lib/{name}/{f.name}", source=str(f)) for f in files]
    return Layer(
        name=name, kind=LayerKind.PYPI, entries=tuple(entries), key=f"{name}-1"
    )


LARGE = sources("large", "[a-p]*.py")
STACK = make_stack(sources("small", "json/*.py"), LARGE)


def packed(out: Path, compress: str, *, stack: Stack = STACK) -> Packed:
    packer = Packer(
        codec=codec_for_name(out.name, compress=compress),
        cache=DiskFrameCache(out.parent / "cache"),
        elf=NoElf(),
    )
    return pack(stack, out, packer=packer)


@pytest.mark.parametrize("ending", ["tar.zst", "tar.gz"])
def test_higher_levels_are_smaller_and_never_share_a_frame(
    tmp_path: Path, ending: str
) -> None:
    made = {
        level: packed(tmp_path / f"{level or 'usual'}.{ending}", level)
        for level in ("fast", "", "6", "best")
    }
    sizes = [each.size for each in made.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4
    assert all(each.cached == 0 for each in made.values())
    contents = {
        tuple(layer.frame.content_sha256 for layer in each.manifest.layers)
        for each in made.values()
    }
    assert len(contents) == 1
    subprocess.run(["tar", "-tf", tmp_path / f"best.{ending}"], check=True)


def test_best_is_at_most_as_large_as_zstd_19_of_the_whole(tmp_path: Path) -> None:
    best, whole = tmp_path / "best.tar.zst", tmp_path / "whole.tar"
    made = packed(best, "best", stack=make_stack(LARGE))
    subprocess.run(["zstd", "-dq", best, "-o", whole], check=True)
    subprocess.run(["zstd", "-19", "-q", whole], check=True)
    # So small an environment also shows what it costs that frames are apart.
    apart = 400 * len(made.manifest.layers)
    assert made.size <= (tmp_path / "whole.tar.zst").stat().st_size + apart


def test_best_is_paid_once(tmp_path: Path) -> None:
    packed(tmp_path / "one.tar.zst", "best")
    assert packed(tmp_path / "two.tar.zst", "best").cached == len(STACK.layers) + 1
    one, two = (tmp_path / f"{name}.tar.zst" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_best_takes_no_more_memory_than_a_window_and_its_tables() -> None:
    # At level 22 a frame of unknown size would take 800 MiB. The peak that rusage
    # tells may be that of the process which started this one.
    code = (
        "import re\n"
        "from caddis.adapters.codecs import zstd_at\n"
        "made = zstd_at('best').compressor(0)\n"
        "made.compress(bytes(10**8)), *made.finish()\n"
        "status = open('/proc/self/status').read()\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', status)[1])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert int(said.stdout) < 350_000  # KiB, 100 MB of them the test's own


@pytest.mark.parametrize(
    ("name", "level"),
    [("a.tar.zst", "23"), ("a.tar.zst", "0"), ("a.tar.gz", "10"), ("a.tgz", "bset")],
)
def test_a_level_that_a_format_does_not_have_is_refused(name: str, level: str) -> None:
    with pytest.raises(UsageError, match=level):
        codec_for_name(name, compress=level)
