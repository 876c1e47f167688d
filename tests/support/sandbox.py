"""A machine without Python and without a network, to prove that an archive needs none.

The root is put together from this machine's own programs and exactly the libraries
that these need: nothing of an original interpreter or environment can be seen inside,
so nothing can be used by accident (an absolute run path finds nothing).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.channel.native import installed_libraries
from tests.support.channel.real import CACHE
from tests.support.locking import locked

PROGRAMS = (
    "sh", "bash", "tar", "gzip", "ldd", "env", "sed", "grep", "find", "xargs", "mawk",
    "cmp", "diff", "cat", "cp", "mv", "rm", "rmdir", "mkdir", "ln", "ls", "chmod",
    "chown", "touch", "stat", "readlink", "realpath", "dirname", "basename", "mktemp",
    "head", "tail", "cut", "tr", "sort", "uniq", "wc", "tee", "od", "dd", "expr",
    "test", "printf", "echo", "true", "false", "date", "id", "uname", "sleep", "kill",
    "sha256sum", "cksum", "du", "df", "pwd", "seq", "nproc",
)  # fmt: skip
"""What a minimal Debian has: coreutils, dash, bash, tar, gzip, sed, grep, findutils."""

GLIBC = (
    "libc.so.6", "libm.so.6", "libmvec.so.1", "libdl.so.2", "libpthread.so.0",
    "librt.so.1", "libutil.so.1", "libresolv.so.2", "libnss_files.so.2",
    "libnss_dns.so.2", "libanl.so.1",
)  # fmt: skip

_LIBRARY = re.compile(r"(?:=> )?(/\S+) \(0x")
_ETC = {"passwd": "root:x:0:0:root:/root:/bin/sh\n", "group": "root:x:0:\n"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """A small root file system to run commands in."""

    root: Path

    def run(
        self,
        command: Sequence[str],
        *,
        binds: Mapping[Path, str] | None = None,
        env: Mapping[str, str] | None = None,
        disks: Mapping[str, int] | None = None,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run *command*; *binds* are writable folders, host path to path inside.

        *disks* are empty file systems of that many bytes, by path inside.

        Raises:
            AssertionError: the command failed, with its output, unless *check* is off.
        """
        done = subprocess.run(
            [*self._bubblewrap(binds or {}, env or {}), *_small(disks or {}), *command],
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            said = f"{done.stdout}\n{done.stderr}"
            assert done.returncode == 0, f"{command} ended {done.returncode}: {said}"
        return done

    def _bubblewrap(
        self, binds: Mapping[Path, str], env: Mapping[str, str]
    ) -> list[str]:
        command = ["bwrap", "--unshare-net", "--unshare-pid", "--unshare-ipc"]
        command += ["--die-with-parent", "--clearenv"]
        for name, value in {"PATH": "/usr/bin", "HOME": "/root", **env}.items():
            command += ["--setenv", name, value]
        for entry in sorted(self.root.iterdir()):
            if entry.is_symlink():
                command += ["--symlink", str(entry.readlink()), f"/{entry.name}"]
            else:
                command += ["--ro-bind", str(entry), f"/{entry.name}"]
        for folder in ("/tmp", "/root"):
            command += ["--tmpfs", folder]
        command += ["--proc", "/proc", "--dev", "/dev", "--chdir", "/"]
        for outside, inside in binds.items():
            command += ["--bind", str(outside), inside]
        return command


def _small(disks: Mapping[str, int]) -> list[str]:
    sizes = (("--size", str(size), "--tmpfs", path) for path, size in disks.items())
    return [word for words in sizes for word in words]


def sandbox(*libraries: str, cache: Path = CACHE) -> Sandbox:
    """Make the sandbox, with more *libraries* (as `libstdc++.so.6`) when asked."""
    system = Path("/etc/os-release").stat().st_mtime
    recipe = repr((PROGRAMS, GLIBC, libraries, system))
    root = cache / "roots" / hashlib.sha256(recipe.encode()).hexdigest()[:12]
    with locked(cache / "roots.lock"):
        if not root.exists():
            unfinished = root.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            _build_root(unfinished, libraries)
            unfinished.rename(root)
    return Sandbox(root=root)


def _build_root(root: Path, libraries: Sequence[str]) -> None:
    for folder in ("usr/bin", "usr/lib", "usr/lib64", "etc"):
        (root / folder).mkdir(parents=True)
    for folder in ("bin", "lib", "lib64"):
        (root / folder).symlink_to(f"usr/{folder}")
    for name, text in _ETC.items():
        (root / "etc" / name).write_text(text)
    programs = [Path(shutil.which(name) or name) for name in PROGRAMS]
    for program in programs:
        shutil.copy(program.resolve(), root / "usr/bin" / program.name)
    (root / "usr/bin/awk").symlink_to("mawk")
    installed = installed_libraries()
    asked = [installed[name] for name in (*GLIBC, *libraries) if name in installed]
    for library in {*asked, *_needed_by([*programs, *asked])}:
        _copy_library(library, root)
    utf8 = Path("/usr/lib/locale/C.utf8")
    if utf8.exists():
        shutil.copytree(utf8, root / "usr/lib/locale/C.utf8")


def _needed_by(files: Iterable[Path]) -> set[Path]:
    """List the libraries of *files*, the loader among them, as ldd finds them."""
    needed: set[Path] = set()
    for file in files:
        listing = subprocess.run(
            ["ldd", str(file)], capture_output=True, text=True, check=False
        )
        needed.update(Path(path) for path in _LIBRARY.findall(listing.stdout))
    return needed


def _copy_library(library: Path, root: Path) -> None:
    """Copy the content under the name that programs ask for."""
    folder = str(library.parent)
    folder = folder if folder.startswith("/usr/") else f"/usr{folder}"
    out = root / folder.lstrip("/") / library.name
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(library.resolve(), out)
