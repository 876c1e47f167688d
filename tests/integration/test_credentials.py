"""A private channel and a private index, by every way to keep a password."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.lock_file import read_lock
from tests.support.joint import PYTHON, private_places
from tests.support.projects import write_in_git, write_project
from tests.support.server import USER, WORD, serve

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_places(tmp_path_factory.mktemp("private")) as found:
        yield found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project; nobody's own netrc or keyring is asked."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NETRC", raising=False)
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def _declare(project: Path, channels: str, indexes: str) -> None:
    (project / "environment.yml").write_text(
        "channels:\n"
        f"  - http://{channels}/channel\n"
        "dependencies:\n"
        "  - note\n"
        f"  - python {PYTHON}.*\n"
        "  - pip:\n"
        f"    - -i http://{indexes}/simple\n"
        "    - inner\n"
    )


def _lock_and_sync(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do both with caches of their own, so that each has to find its way in."""
    for command in ("lock", "sync"):
        monkeypatch.setenv("CADDIS_CACHE_DIR", str(project.parent / command))
        assert main([command, str(project), "-q"]) == 0
    environment = project / ".caddis" / "env"
    assert (environment / "share" / "note").read_text() == "secret\n"
    assert list(environment.rglob("inner-1.0.dist-info"))
    written = [project / "caddis.lock", *environment.rglob("*")]
    told = "".join(p.read_text(errors="replace") for p in written if p.is_file())
    assert WORD not in told


def _check_sizes(project: Path) -> None:
    """The pages of this index tell no sizes: the files were asked for theirs."""
    (part,) = read_lock(project / "caddis.lock").platforms
    assert all(file.size for package in part.packages for file in package.files)


def test_variables_in_the_declaration_serve_the_sync_too(
    project: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVATE_WORD", WORD)
    known = f"{USER}:${{PRIVATE_WORD}}@{host}"
    _declare(project, channels=known, indexes=known)
    _lock_and_sync(project, monkeypatch)
    _check_sizes(project)


def test_netrc_opens_both(
    project: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = host.partition(":")[0]
    netrc = project.parent / ".netrc"
    netrc.write_text(f"machine {name}\nlogin {USER}\npassword {WORD}\n")
    netrc.chmod(0o600)
    _declare(project, channels=host, indexes=host)
    _lock_and_sync(project, monkeypatch)


def test_keyring_and_rattlers_own_file_open_them(
    project: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = project.parent / "programs"
    programs.mkdir()
    keyring = programs / "keyring"
    # As the real one: `keyring get SERVICE USER` prints the word.
    keyring.write_text(f'#!/bin/sh\n[ "$1 $3" = "get {USER}" ] && echo {WORD}\n')
    keyring.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    known = {
        host.partition(":")[0]: {"BasicHTTP": {"username": USER, "password": WORD}}
    }
    (project.parent / "auth.json").write_text(json.dumps(known))
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(project.parent / "auth.json"))
    _declare(project, channels=host, indexes=f"{USER}@{host}")
    _lock_and_sync(project, monkeypatch)
    _check_sizes(project)


def test_pips_variables_are_told_to_uv(
    project: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"http://{USER}:{WORD}@{host}/simple")
    (project / "requirements.in").write_text("inner\n")
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(project.parent / "cache"))
    assert main(["lock", str(project), "-q"]) == 0
    assert WORD not in (project / "caddis.lock").read_text()
    assert main(["sync", str(project), "-q"]) == 0


def test_a_word_that_nobody_has_is_asked_for(
    project: Path,
    host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(project.parent / "cache"))
    (project / "requirements.in").write_text(f"-i http://{host}/simple\ninner\n")
    assert main(["lock", str(project), "-q"]) == 6
    assert "netrc or the keyring" in capsys.readouterr().err


def test_an_index_with_a_name_is_opened_by_its_variables(
    project: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["inner"]\n'
        '[tool.uv.sources]\ninner = { index = "ours-alone" }\n'
        f'[[tool.uv.index]]\nname = "ours-alone"\nurl = "http://{host}/simple"\n'
        "explicit = true\n"
    )
    monkeypatch.setenv("UV_INDEX_OURS_ALONE_USERNAME", USER)
    monkeypatch.setenv("UV_INDEX_OURS_ALONE_PASSWORD", WORD)
    lock, archive = project / "caddis.lock", project.parent / "app.tar.gz"
    commands = (
        ["lock", str(project)],
        ["sync", str(project)],
        ["pack", "--lock", str(lock), "-o", str(archive)],
    )
    for number, words in enumerate(commands):
        # Each finds its way in by itself.
        monkeypatch.setenv("CADDIS_CACHE_DIR", str(project.parent / f"cache-{number}"))
        assert main([*words, "-q"]) == 0
    _check_sizes(project)
    assert WORD not in lock.read_text()


@pytest.mark.parametrize("login", [f"{USER}:{WORD}", "${USER_THERE}:${WORD_THERE}"])
def test_a_direct_reference_is_installed_and_its_password_stays_out_of_the_lock(
    host: str, project: Path, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    monkeypatch.setenv("USER_THERE", USER)
    monkeypatch.setenv("WORD_THERE", WORD)
    wheel = "files/inner-1.0-py3-none-any.whl"
    (project / "requirements.txt").write_text(
        f"inner @ http://{login}@{host}/{wheel}\n"
    )
    environment = project / ".caddis" / "env"
    for command in ("lock", "sync"):
        monkeypatch.setenv("CADDIS_CACHE_DIR", str(project.parent / command))
        assert main([command, str(project), "-q"]) == 0
    assert list(environment.rglob("inner-1.0.dist-info"))
    written = [project / "caddis.lock", *environment.rglob("*")]
    told = "".join(p.read_text(errors="replace") for p in written if p.is_file())
    assert WORD not in told
    assert main(["sync", str(project), "--check"]) == 0
    archive = project.parent / "env.tar.gz"
    assert (
        main(["pack", "--lock", str(project / "caddis.lock"), "-o", str(archive)]) == 0
    )


def test_a_private_repository_is_locked_installed_and_packed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("WORD_THERE", WORD)
    source = write_project(tmp_path / "in-git")
    write_in_git(source)
    # What a server of files alone is asked for.
    subprocess.run(["git", "-C", source, "update-server-info"], check=True)
    with serve(source, private=True) as url:
        host = url.removeprefix("http://")
        for login in (f"{USER}:{WORD}", f"{USER}:${{WORD_THERE}}"):
            (project / "requirements.txt").write_text(
                f"in-git @ git+http://{login}@{host}/.git\n"
            )
            lock = project / "caddis.lock"
            assert main(["lock", "-q", "-U", str(project)]) == 0
            assert WORD not in lock.read_text()
            assert main(["sync", "-q", str(project)]) == 0
            out = str(tmp_path / "env.tar.gz")
            assert main(["pack", "-q", "--lock", str(lock), "-o", out]) == 0
            Path(out).unlink()
    written = (path for path in project.rglob("*") if path.is_file())
    told = {path.name for path in written if WORD in path.read_text(errors="replace")}
    assert told <= {"requirements.txt"}
