"""A locked file is got, checked before anything is made of it, and opened once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from caddis.adapters.packages import DiskPackageStore, Fetcher
from caddis.errors import ArchiveError, FetchError
from caddis.model.lock import LockedFile
from caddis.model.logins import Login
from caddis.ports.packages import OpenedPackage
from caddis.ports.progress import Silent
from tests.support.package_files import locked_file, write_zip
from tests.support.server import USER, WORD, serve

AT_ONCE = Fetcher(pauses=(0.0, 0.0))


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return write_zip(folder / "demo-1.0-py3-none-any.whl", {"demo.py": b"x = 1\n"})


def opened(
    tmp_path: Path, *files: LockedFile, fetcher: Fetcher = AT_ONCE
) -> list[OpenedPackage]:
    store = DiskPackageStore(tmp_path / "cache", fetcher=fetcher)
    return store.open(files, folder=tmp_path, reporter=Silent())


def leftovers(tmp_path: Path) -> list[Path]:
    return [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]


def test_a_file_is_opened_once_and_needed_never_again(
    wheel: Path, tmp_path: Path
) -> None:
    file = locked_file(wheel)
    opened(tmp_path, file)
    wheel.unlink()
    (package,) = opened(tmp_path, file)
    assert package.read("demo.py") == b"x = 1\n"
    assert package.read("nothing.py") is None


def test_packages_come_in_the_order_they_were_asked_for(tmp_path: Path) -> None:
    names = [f"d{number}-1-py3-none-any.whl" for number in range(12)]
    wheels = [write_zip(tmp_path / n, {"name": n.encode()}) for n in names]
    found = opened(tmp_path, *map(locked_file, wheels))
    assert [package.read("name") for package in found] == [n.encode() for n in names]


def test_a_path_starts_at_the_folder_of_the_lock(wheel: Path, tmp_path: Path) -> None:
    file = replace(locked_file(wheel), url=f"files/{wheel.name}")
    assert opened(tmp_path, file)[0].read("demo.py") == b"x = 1\n"


@pytest.mark.parametrize("place", ["disk", "server"])
def test_another_file_than_the_locked_one_is_refused_and_named(
    place: str, wheel: Path, tmp_path: Path
) -> None:
    # pixi-pack never checks what comes from file:// or from its cache.
    with serve(wheel.parent) as url:
        where = f"{url}/{wheel.name}" if place == "server" else wheel.as_uri()
        good = locked_file(wheel, where)
        content = wheel.read_bytes()
        for wrong in (content[:-1] + b"?", content + b"more", content[:-9]):
            wheel.write_bytes(wrong)
            with pytest.raises(FetchError, match=wheel.name):
                opened(tmp_path, good)
    assert leftovers(tmp_path) == []


def test_a_file_without_a_hash_is_refused(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=f"no sha256 of {wheel.name}"):
        opened(tmp_path, replace(locked_file(wheel), sha256=""))


def test_a_file_that_is_gone_is_named(wheel: Path, tmp_path: Path) -> None:
    file = locked_file(wheel)
    with serve(wheel.parent) as url:
        there = replace(file, url=f"{url}/{wheel.name}")
        wheel.unlink()
        with pytest.raises(FetchError, match=f"{wheel.name}.*404"):
            opened(tmp_path, there)
    with pytest.raises(FetchError, match=wheel.name):
        opened(tmp_path, file)


def test_a_damaged_package_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "bad-1-py3-none-any.whl"
    path.write_bytes(b"not a zip file")
    with pytest.raises(ArchiveError, match=path.name):
        opened(tmp_path, locked_file(path))
    assert leftovers(tmp_path) == []


def test_offline_takes_what_the_cache_has(wheel: Path, tmp_path: Path) -> None:
    offline = Fetcher(offline=True)
    with serve(wheel.parent) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        with pytest.raises(FetchError, match=f"{wheel.name} is not in the cache"):
            opened(tmp_path, file, fetcher=offline)
        opened(tmp_path, file)
    assert opened(tmp_path, file, fetcher=offline)[0].read("demo.py")


def test_a_server_in_trouble_is_asked_again(wheel: Path, tmp_path: Path) -> None:
    with flaky(wheel.read_bytes(), failures=2) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        assert opened(tmp_path, file)[0].read("demo.py")
    with flaky(wheel.read_bytes(), failures=9) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        with pytest.raises(FetchError, match=r"503|broke off"):
            opened(tmp_path / "again", file)


def test_credentials_of_an_index_go_to_its_host_alone(
    wheel: Path, tmp_path: Path
) -> None:
    with serve(wheel.parent, private=True) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        with pytest.raises(FetchError, match="401") as caught:
            opened(tmp_path, file)
        assert "credentials" in caught.value.hint
        elsewhere = Fetcher(sources=("http://me:s3cret@127.0.0.1:1/simple",))
        with pytest.raises(FetchError, match="401"):
            opened(tmp_path, file, fetcher=elsewhere)
        known = Fetcher(sources=(url.replace("//", f"//{USER}:{WORD}@") + "/simple",))
        assert opened(tmp_path, file, fetcher=known)[0].read("demo.py")


def test_netrc_is_read(wheel: Path, tmp_path: Path) -> None:
    path = tmp_path / "netrc"
    path.write_text(f"machine 127.0.0.1 login {USER} password {WORD}\n")
    path.chmod(0o600)
    with serve(wheel.parent, private=True) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        assert opened(tmp_path, file, fetcher=Fetcher(netrc=path))[0].read("demo.py")


def test_the_keyring_is_asked_where_a_server_wants_to_know(
    wheel: Path, tmp_path: Path
) -> None:
    asked = []

    def keyring(service: str, user: str) -> Login | None:
        asked.append((service, user))
        return Login(USER, WORD) if service.endswith("/simple") else None

    with serve(wheel.parent, private=True) as url:
        file = locked_file(wheel, f"{url}/{wheel.name}")
        index = f"{url.replace('//', f'//{USER}@')}/simple"
        known = Fetcher(sources=(index,), keyring=keyring)
        assert opened(tmp_path, file, fetcher=known)[0].read("demo.py")
        found = known.sizes([file], folder=tmp_path)
    assert found == {file.url: wheel.stat().st_size}
    assert set(asked) == {(f"{url}/simple", USER)}


def test_a_token_of_a_channel_is_put_into_the_path(wheel: Path, tmp_path: Path) -> None:
    secret = tmp_path / "served" / "t" / "tk-1" / "channel" / "noarch"
    secret.mkdir(parents=True)
    wheel.rename(secret / wheel.name)
    with serve(tmp_path / "served") as url:
        file = locked_file(secret / wheel.name, f"{url}/channel/noarch/{wheel.name}")
        known = Fetcher(sources=(f"{url}/t/tk-1/channel",))
        assert opened(tmp_path, file, fetcher=known)[0].read("demo.py")
        with pytest.raises(FetchError) as caught:
            missing = replace(file, url=f"{url}/channel/gone.whl", sha256="0" * 64)
            opened(tmp_path, missing, fetcher=known)
    assert "tk-1" not in str(caught.value)


@contextmanager
def flaky(content: bytes, *, failures: int) -> Iterator[str]:
    """Serve *content* after *failures*: no service, then a broken connection."""
    left = iter(range(failures))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            failure = next(left, None)
            self.send_response(503 if failure == 0 else 200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if failure is None else content[:5])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
