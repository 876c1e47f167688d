"""An archive runs on a machine with no Python and no network, after every move."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uv import find_uv_bin

from caddis.cli import main
from tests.support.channel import SMALL
from tests.support.channel.native import installed_libraries
from tests.support.projects import write_file
from tests.support.running import IMPORT_EVERYTHING, LIBRARIES_NOT_FOUND
from tests.support.sandbox import Sandbox, sandbox

pytestmark = pytest.mark.integration

DEBIAN_PYTHON = Path("/usr/bin/python3")
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def bare() -> Sandbox:
    return sandbox()


def unpack_with_tar(box: Sandbox, archive: Path, disk: Path) -> None:
    binds = {archive.parent: "/carried", disk: "/disk"}
    script = f"mkdir /disk/first && tar -xf /carried/{archive.name} -C /disk/first"
    box.run(["sh", "-c", script], binds=binds)


def each_place(box: Sandbox, disk: Path) -> Iterator[str]:
    """Move the environment twice; the first time nothing has been relocated."""
    yield "/disk/first"
    for old, new in (("first", "second place"), ("second place", "third")):
        box.run(["mv", f"/disk/{old}", f"/disk/{new}"], binds={disk: "/disk"})
        box.run([f"/disk/{new}/bin/caddis-unpack"], binds={disk: "/disk"})
        yield f"/disk/{new}"


@pytest.mark.network
def test_a_project_on_pypi_packages_runs_anywhere(
    bare: Sandbox, tmp_path: Path
) -> None:
    archive = tmp_path / "carried" / "penguins.tar.gz"
    disk = tmp_path / "disk"
    for folder in (archive.parent, disk):
        folder.mkdir()
    project = tmp_path / "work" / "penguins"
    copy = ["cp", "-r", str(EXAMPLES / "penguins"), str(project)]
    project.parent.mkdir()
    subprocess.run(copy, check=True)
    prefix = tmp_path / "env"
    words = ["pack", str(project), "-o", str(archive), "--keep-prefix", str(prefix)]
    assert main(words) == 0
    before = run_penguins(prefix / "bin" / "python", project.parent, tmp_path / "here")

    unpack_with_tar(bare, archive, disk)
    subprocess.run(["cp", "-r", str(project), str(disk / "penguins")], check=True)
    for place in each_place(bare, disk):
        binds = {disk: "/disk"}
        python = f"{place}/bin/python"
        bare.run([python, "-c", IMPORT_EVERYTHING], binds=binds)
        script = f"cd /disk && rm -rf out && '{python}' -m penguins out"
        bare.run(["sh", "-c", script], binds=binds)
        assert (disk / "out" / "scores.csv").read_bytes() == before
        assert (disk / "out" / "penguins.png").stat().st_size > 10_000
        assert "usage" in bare.run([f"{place}/bin/f2py"], binds=binds).stdout.lower()


def run_penguins(python: Path, folder: Path, out: Path) -> bytes:
    command = [str(python), "-m", "penguins", str(out)]
    subprocess.run(command, cwd=folder, check=True)
    return (out / "scores.csv").read_bytes()


def test_a_conda_environment_runs_anywhere(
    bare: Sandbox, small_prefix: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "carried" / "small.tar.gz"
    disk = tmp_path / "disk"
    for folder in (archive.parent, disk):
        folder.mkdir()
    assert main(["pack", "-p", str(small_prefix), "-o", str(archive)]) == 0
    unpack_with_tar(bare, archive, disk)
    assert "pygments" in SMALL
    for place in each_place(bare, disk):
        binds = {disk: "/disk"}
        bare.run([f"{place}/bin/python", "-c", IMPORT_EVERYTHING], binds=binds)
        said = bare.run([f"{place}/bin/pygmentize", "-V"], binds=binds).stdout
        assert "Pygments" in said


@pytest.mark.network
def test_no_library_is_missing(tmp_path: Path) -> None:
    # Wheels count on these of the target (PEP 600). Without them programs still run,
    # for they inherit the interpreter's run path, of which ldd knows nothing.
    box = sandbox("libstdc++.so.6", "libgcc_s.so.1", "libz.so.1")
    venv, archive, disk = tmp_path / "venv", tmp_path / "e.tar.gz", tmp_path / "disk"
    disk.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    # scipy brings a libgfortran that does not find the libquadmath beside it.
    install = [find_uv_bin(), "pip", "install", "-q", "-p", str(venv), "scipy"]
    subprocess.run(install, check=True)
    assert main(["pack", "-p", str(venv), "-o", str(archive)]) == 0
    unpack_with_tar(box, archive, disk)
    said = box.run(
        ["sh", "-c", LIBRARIES_NOT_FOUND, "sh", "/disk/first"], binds={disk: "/disk"}
    )
    assert said.stdout == ""


@pytest.mark.network
def test_a_python_that_uv_manages_goes_before_the_running_one(
    bare: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What uv downloads cannot be had here, but what caddis unpacks is of the same
    # kind: a Python that can be moved, in the folder and under the name uv expects.
    venv, archive = tmp_path / "venv", tmp_path / "python.tar.gz"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    assert main(["pack", "-q", "-p", str(venv), "-o", str(archive)]) == 0
    version = ".".join(map(str, sys.version_info[:3]))
    managed = tmp_path / "managed" / f"cpython-{version}-linux-x86_64-gnu"
    assert main(["unpack", "-q", str(archive), "-p", str(managed)]) == 0
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(managed.parent))

    project, prefix = tmp_path / "project", tmp_path / "env"
    project.mkdir()
    (project / "requirements.in").write_text("pygments\n")
    words = ["pack", str(project), "-o", str(tmp_path / "e.tar.gz")]
    assert main([*words, "--keep-prefix", str(prefix)]) == 0
    assert f"home = {managed}/bin" in (prefix / "pyvenv.cfg").read_text()
    disk = tmp_path / "disk"
    disk.mkdir()
    unpack_with_tar(bare, tmp_path / "e.tar.gz", disk)
    binds = {disk: "/disk"}
    bare.run(["/disk/first/bin/python", "-c", IMPORT_EVERYTHING], binds=binds)


@pytest.mark.skipif(not DEBIAN_PYTHON.exists(), reason="no Python of the system")
def test_the_python_of_debian_runs_anywhere(bare: Sandbox, tmp_path: Path) -> None:
    # It keeps its library in /usr, its settings in /etc and looks for packages in
    # dist-packages: none of that is there in a prefix of its own.
    venv, archive, disk = tmp_path / "venv", tmp_path / "e.tar.gz", tmp_path / "disk"
    uv = [find_uv_bin(), "-q"]
    subprocess.run([*uv, "venv", "-p", str(DEBIAN_PYTHON), str(venv)], check=True)
    packages = venv / "lib" / f"python{debian_version()}" / "site-packages"
    (packages / "mine.pth").write_text("import sys; sys.mine = True\n")
    assert main(["pack", "-q", "-p", str(venv), "-o", str(archive)]) == 0
    disk.mkdir()
    unpack_with_tar(bare, archive, disk)
    for place in each_place(bare, disk):
        code = f"{IMPORT_EVERYTHING}\nassert sys.mine and sys.prefix == {place!r}"
        bare.run([f"{place}/bin/python", "-c", code], binds={disk: "/disk"})


def debian_version() -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        [DEBIAN_PYTHON, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


OPENER = """\
import ctypes
import ctypes.util

print(ctypes.CDLL({soname!r})._name, ctypes.util.find_library({word!r}))
"""


def library_to_open() -> str:
    """Name a library that a Debian has and the bare root has not."""
    for soname in ("libsystemd.so.0", "libudev.so.1", "libblkid.so.1"):
        if soname in installed_libraries():
            return soname
    pytest.skip("none of the libraries that a system mostly has")


def test_a_library_that_is_opened_by_its_name_travels_along(
    bare: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # As cairocffi opens libcairo and python-magic libmagic: no ELF file says so.
    soname = library_to_open()
    word = soname.removeprefix("lib").partition(".so")[0]
    venv, archive, disk = tmp_path / "venv", tmp_path / "e.tar.gz", tmp_path / "disk"
    subprocess.run([find_uv_bin(), "-q", "venv", str(venv)], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    info = write_file(packages / "opener-1.dist-info", "METADATA", "Name: opener\n")
    write_file(info, "RECORD", "opener.py,,\nopener-1.dist-info/METADATA,,\n")
    write_file(packages, "opener.py", OPENER.format(soname=soname, word=word))
    assert main(["pack", "-p", str(venv), "-o", str(archive)]) == 0
    assert f"opened by name: {soname} (opener)" in capsys.readouterr().err

    disk.mkdir()
    unpack_with_tar(bare, archive, disk)
    for place in each_place(bare, disk):
        command = [f"{place}/bin/python", "-m", "opener"]
        said = bare.run(command, binds={disk: "/disk"}).stdout
        assert said == f"{soname} {place}/lib/last-resort/{soname}\n"
