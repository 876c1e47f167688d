"""The order of things in a sync, with engines that only write down what they do."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from caddis.errors import EngineError, FetchError
from caddis.host import LINUX, Host
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.ports.conda import CondaInstaller
from caddis.ports.progress import Silent
from caddis.stages.sync import Engines, SyncPlan, SyncSettings, sync


class _Pypi:
    """Writes distributions of one file, and says at which step it *fails*."""

    def __init__(self, *, fails: str = "") -> None:
        self._fails = fails
        self.done: list[str] = []

    def find_python(self, request: str) -> Path:
        return Path(f"/usr/bin/python{request}")

    def create_venv(self, prefix: Path, *, python: Path) -> None:
        self._do("create")
        version = python.name.removeprefix("python")
        (prefix / LINUX.site_packages(version)).mkdir(parents=True, exist_ok=True)
        (prefix / "pyvenv.cfg").unlink(missing_ok=True)
        (prefix / "pyvenv.cfg").write_text(f"version_info = {version}.1\n")

    def fetch(
        self,
        packages: Sequence[LockedPackage],
        *,
        python: Path | None,
        version: str,
        host: Host,
        folder: Path,
    ) -> Iterable[str]:
        names = [package.name for package in packages]
        self._do(f"fetch {' '.join(names)} for {python.name if python else version}")
        site = host.site_packages(version)
        return [
            f"{site}/{path}"
            for package in packages
            for path in (f"{package.name}.py", f"{_info(package)}/RECORD")
        ]

    def install(
        self,
        prefix: Path,
        packages: Sequence[LockedPackage],
        *,
        folder: Path,
        reinstall: Collection[str] = (),
    ) -> None:
        site = next(prefix.glob("lib/python*/site-packages"))
        for package in packages:
            for old in site.glob(f"{package.name}-*"):
                shutil.rmtree(old)
                # As engines do: a file is replaced and never written over.
                (site / f"{package.name}.py").unlink()
            (site / f"{package.name}.py").write_text(package.version)
            info = site / _info(package)
            info.mkdir()
            (info / "RECORD").write_text(f"{package.name}.py,,\n{info.name}/RECORD,,\n")
        self._do("install")

    def uninstall(self, prefix: Path, names: Sequence[str]) -> None:
        self._do(f"uninstall {' '.join(names)}")
        for name in names:
            for path in prefix.glob(f"lib/python*/site-packages/{name}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _do(self, step: str) -> None:
        self.done.append(step)
        if self._fails and step.startswith(self._fails):
            raise (FetchError if "fetch" in step else EngineError)(f"cannot {step}")


def _info(package: LockedPackage) -> str:
    return f"{package.name}-{package.version}.dist-info"


class _Notes(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def note(self, message: str) -> None:
        self.told.append(message)


def _no_conda() -> CondaInstaller:
    raise AssertionError("nothing comes from conda")


def _lock(*specs: str, python: str = "3.11") -> Lock:
    packages = []
    for spec in specs:
        name, _, version = spec.partition("==")
        file = LockedFile(url=f"https://a.example/{name}-{version}.whl", sha256="aa")
        packages.append(
            LockedPackage(
                name=name, version=version, ecosystem=Ecosystem.PYPI, files=(file,)
            )
        )
    part = PlatformLock(platform="linux-64", python=python, packages=tuple(packages))
    return Lock(platforms=(part,), inputs=" ".join(specs))


def _sync(
    lock: Lock, prefix: Path, pypi: _Pypi, reporter: Silent | None = None
) -> SyncPlan:
    return sync(
        lock,
        prefix,
        host=LINUX,
        engines=Engines(
            pypi=lambda: pypi, conda=_no_conda, hold=lambda _: nullcontext()
        ),
        settings=SyncSettings(),
        reporter=reporter,
    )


def _tree(prefix: Path) -> dict[str, bytes]:
    return {
        path.relative_to(prefix).as_posix(): path.read_bytes()
        for path in sorted(prefix.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A virtual environment with a and b."""
    made = tmp_path / "env"
    _sync(_lock("a==1", "b==1"), made, _Pypi())
    return made


def test_all_is_fetched_before_anything_goes(prefix: Path) -> None:
    pypi = _Pypi()
    _sync(_lock("a==2", "c==1"), prefix, pypi)
    assert pypi.done == ["fetch a c for python", "uninstall b", "install"]


def test_what_cannot_be_fetched_changes_nothing_and_says_nothing(prefix: Path) -> None:
    before, notes = _tree(prefix), _Notes()
    with pytest.raises(FetchError):
        _sync(_lock("a==2"), prefix, _Pypi(fails="fetch"), notes)
    assert _tree(prefix) == before
    assert notes.told == []


@pytest.mark.parametrize("step", ["uninstall", "install"])
def test_what_fails_later_is_taken_back(prefix: Path, step: str) -> None:
    before, notes = _tree(prefix), _Notes()
    with pytest.raises(EngineError):
        _sync(_lock("a==2", "c==1"), prefix, _Pypi(fails=step), notes)
    assert _tree(prefix) == before
    assert notes.told == [f"{prefix} is again as it was before this sync"]


def test_a_new_prefix_that_fails_is_removed(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        _sync(_lock("a==1"), tmp_path / "env", _Pypi(fails="install"))
    assert not (tmp_path / "env").exists()


def test_with_a_new_python_every_distribution_comes_again(prefix: Path) -> None:
    pypi = _Pypi()
    _sync(_lock("a==1", python="3.12"), prefix, pypi)
    assert pypi.done == [
        "fetch a for 3.12",
        "uninstall a b",
        "create",
        "install",
    ]
    assert [path.name for path in prefix.glob("lib/*")] == ["python3.12"]


def test_a_new_python_that_fails_gives_the_old_one_back(prefix: Path) -> None:
    before = _tree(prefix)
    with pytest.raises(EngineError):
        _sync(_lock("a==1", python="3.12"), prefix, _Pypi(fails="install"))
    assert _tree(prefix) == before
