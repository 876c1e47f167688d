import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from caddis.adapters.contents import Web, WheelContents
from caddis.adapters.contents.credentials import KeyringProgram
from caddis.adapters.contents.releases import IndexReleases
from caddis.adapters.contents.simple_index import newest_wheel
from caddis.model.logins import Login
from caddis.model.names import Contents
from caddis.ports.progress import Silent
from tests.support.index import Dist, write_index
from tests.unit.names.server import Index, html_page, json_page, serve, wheel_of

MEGABYTE = 2**20


PRIVATE = {
    "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
    "/acme-1-py3-none-any.whl": wheel_of("acme"),
}


class Keys:
    """A keyring held in a dict, by the host alone."""

    def __init__(self, logins: Mapping[str, Login] | None = None) -> None:
        self._logins = logins or {}
        self.asked: list[tuple[str, str]] = []

    def find(self, service: str, user: str) -> Login | None:
        self.asked.append((service, user))
        return self._logins.get(service.partition(":")[0])


class Notes(Silent):
    """A reporter that remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def look(index: Index, name: str, *, at: str = "") -> Contents | None:
    wheels = WheelContents(indexes=[at or f"{index.url}/simple"])
    return wheels.look([name]).get(name)


def test_modules_are_read_from_the_end_of_the_wheel() -> None:
    body = wheel_of("yaml", "_yaml", padding=2 * MEGABYTE)
    index = Index(
        {
            "/simple/pyyaml/": html_page("/f/PyYAML-6.0-py3-none-any.whl#sha256=00"),
            "/f/PyYAML-6.0-py3-none-any.whl": body,
        }
    )
    with serve(index):
        found = look(index, "pyyaml")
    assert found is not None
    assert (found.version, found.modules) == ("6.0", {"yaml", "_yaml"})
    assert index.sent["/f/PyYAML-6.0-py3-none-any.whl"] < MEGABYTE / 8


def test_a_long_directory_takes_a_second_request_and_no_more() -> None:
    body = wheel_of("big", padding=MEGABYTE, members=3000)
    index = Index(
        {
            "/simple/big/": html_page("../../f/big-1-py3-none-any.whl"),
            "/f/big-1-py3-none-any.whl": body,
        }
    )
    with serve(index):
        found = look(index, "big")
    assert found is not None
    assert found.modules == {"big"}
    assert index.sent["/f/big-1-py3-none-any.whl"] < len(body) - MEGABYTE / 2


def test_a_server_without_ranges_sends_the_wheel() -> None:
    body = wheel_of("acme", padding=MEGABYTE)
    files = {
        "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
        "/acme-1-py3-none-any.whl": body,
    }
    with serve(Index(files, ranges=False)) as index:
        found = look(index, "acme")
    assert found is not None
    assert found.modules == {"acme"}
    assert index.sent["/acme-1-py3-none-any.whl"] >= len(body)


def test_of_a_wheel_too_large_the_metadata_beside_it_names_the_modules() -> None:
    # https://peps.python.org/pep-0794/
    metadata = b"Metadata-Version: 2.5\nName: acme\nImport-Name: acme.core ; private\n"
    files = {
        "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
        "/acme-1-py3-none-any.whl": wheel_of("acme", padding=MEGABYTE),
        "/acme-1-py3-none-any.whl.metadata": metadata,
    }
    with serve(Index(files, ranges=False)) as index:
        wheels = WheelContents(indexes=[f"{index.url}/simple"], whole=MEGABYTE)
        (found,) = wheels.look(["acme"]).values()
    assert found.modules == {"acme.core"}


def test_of_a_wheel_too_large_without_such_metadata_nothing_is_known() -> None:
    files = {
        "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
        "/acme-1-py3-none-any.whl": wheel_of("acme", padding=MEGABYTE),
    }
    told = Notes()
    with serve(Index(files, ranges=False)) as index:
        wheels = WheelContents(
            indexes=[f"{index.url}/simple"], whole=MEGABYTE, reporter=told
        )
        assert wheels.look(["acme"]) == {}
    assert "larger than 1048576 bytes" in told.notes[0]


def test_json_pages_are_read_and_yanked_files_passed_over() -> None:
    files = {
        "/simple/acme/": json_page(
            "/acme-2-py3-none-any.whl",
            "/acme-1-py3-none-any.whl",
            yanked=("/acme-2-py3-none-any.whl",),
        ),
        "/acme-1-py3-none-any.whl": wheel_of("acme"),
    }
    with serve(Index(files)) as index:
        found = look(index, "acme")
    assert found is not None
    assert found.version == "1"


def test_credentials_of_the_index_are_sent_and_never_shown() -> None:
    files = {
        "/simple/acme/": html_page("/acme-1-py3-none-any.whl"),
        "/acme-1-py3-none-any.whl": wheel_of("acme"),
    }
    with serve(Index(files, password="secret")) as index:
        assert look(index, "acme") is None
        secret = index.url.replace("://", "://me:secret@")
        found = look(index, "acme", at=f"{secret}/simple")
    assert found is not None
    assert "secret" not in found.origin


def test_the_netrc_file_knows_the_password(tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    with serve(Index(PRIVATE, password="secret")) as index:
        wheels = WheelContents(
            indexes=[f"{index.url}/simple"], web=Web(netrc=netrc, keyring=Keys())
        )
        assert wheels.look(["acme"])


def test_the_keyring_is_asked_when_the_server_wants_to_know_and_then_once() -> None:
    keys = Keys({"127.0.0.1": Login("me", "secret")})
    with serve(Index(PRIVATE, password="secret")) as index:
        wheels = WheelContents(indexes=[f"{index.url}/simple"], web=Web(keyring=keys))
        assert wheels.look(["acme"])
    host = index.url.removeprefix("http://")
    assert keys.asked == [(f"{index.url}/simple/acme/", ""), (host, "")]


def test_an_open_server_asks_no_keyring() -> None:
    keys = Keys()
    with serve(Index(PRIVATE)) as index:
        wheels = WheelContents(indexes=[f"{index.url}/simple"], web=Web(keyring=keys))
        assert wheels.look(["acme"])
    assert keys.asked == []


def test_the_keyring_program_is_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "keyring"
    program.write_text(
        '#!/bin/sh\n[ "$*" = "get host me" ] && echo secret && exit\n'
        '[ "$*" = "--mode creds get host" ] && printf "you\\nother\\n" && exit\n'
        "exit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    keyring = KeyringProgram()
    assert keyring.find("host", "me") == Login("me", "secret")
    assert keyring.find("host", "") == Login("you", "other")
    assert keyring.find("elsewhere", "") is None


def test_credentials_stay_with_their_host() -> None:
    other = Index({"/acme-1-py3-none-any.whl": wheel_of("acme")})
    with serve(other):
        page = html_page(f"{other.url}/acme-1-py3-none-any.whl")
        with serve(Index({"/simple/acme/": page}, password="secret")) as index:
            other.password = "secret"  # it would be let in, were it sent there
            secret = index.url.replace("://", "://me:secret@")
            assert look(index, "acme", at=f"{secret}/simple") is None


def test_an_index_on_disk_needs_no_server(tmp_path: Path) -> None:
    simple = write_index([Dist(name="acme-kit")], tmp_path)
    (found,) = WheelContents(indexes=[simple.as_uri()]).look(["acme-kit"]).values()
    assert found.modules == {"acme_kit"}


def test_the_first_index_answers_and_the_others_are_named(tmp_path: Path) -> None:
    private = write_index([Dist(name="acme", version="1")], tmp_path / "private")
    public = write_index([Dist(name="acme", version="9")], tmp_path / "public")
    wheels = WheelContents(indexes=[private.as_uri(), public.as_uri()])
    (found,) = wheels.look(["acme"]).values()
    assert found.version == "1"
    assert found.also_on == (public.as_uri(),)


def test_what_was_seen_is_remembered(tmp_path: Path) -> None:
    simple = write_index([Dist(name="acme")], tmp_path / "index")
    wheels = WheelContents(indexes=[simple.as_uri()], cache=tmp_path / "cache")
    first = wheels.look(["acme", "nobody"])
    (simple / "acme" / "index.html").unlink()
    assert wheels.look(["acme", "nobody"]) == first


def test_what_could_not_be_asked_is_not_remembered(tmp_path: Path) -> None:
    files = {"/simple/acme/": html_page("/acme-1-py3-none-any.whl")}
    with serve(Index(files)) as index:
        wheels = WheelContents(indexes=[f"{index.url}/simple"], cache=tmp_path)
        index.files = {"/simple/acme/": b"{broken"}
        assert wheels.look(["acme"]) == {}
        index.files = {**files, "/acme-1-py3-none-any.whl": wheel_of("acme")}
        assert wheels.look(["acme"])["acme"].modules == {"acme"}


class Listener:
    """A reporter that keeps what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def step(self, done: int, total: int, label: str) -> None:
        """Not used."""

    def note(self, message: str) -> None:
        self.notes.append(message)


def test_a_server_that_is_down_is_told_once() -> None:
    with serve(Index({})) as index:
        gone = f"{index.url}/simple"
    listener = Listener()
    names = [f"package-{number}" for number in range(40)]
    assert WheelContents(indexes=[gone], reporter=listener).look(names) == {}
    assert len(listener.notes) == 1
    assert "cannot be reached" in listener.notes[0]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # A final version, though a later pre-release is there.
        (["a-1-py3-none-any.whl", "a-2rc1-py3-none-any.whl"], "1"),
        # The newest has only a source archive: an older wheel may tell wrong.
        (["a-1-py3-none-any.whl", "a-2.tar.gz"], None),
        # 1.10 is newer than 1.9.
        (["a-1.9-py3-none-any.whl", "a-1.10-py3-none-any.whl"], "1.10"),
        # Files of another project, and nonsense, are passed over.
        (["a-1-py3-none-any.whl", "b-9-py3-none-any.whl", "a-x-py3-y.whl"], "1"),
        ([], None),
    ],
)
def test_the_newest_final_wheel_is_chosen(
    files: list[str], expected: str | None
) -> None:
    wheel = newest_wheel(files, "a")
    assert (str(wheel.version) if wheel else None) == expected


def test_the_indexes_that_have_a_package_are_listed(tmp_path: Path) -> None:
    private = write_index([Dist(name="acme")], tmp_path / "private")
    public = write_index([Dist(name="acme"), Dist(name="kit")], tmp_path / "public")
    wheels = WheelContents(indexes=[private.as_uri(), public.as_uri()])
    assert wheels.places(["acme", "kit", "nobody"]) == {
        "acme": (private.as_uri(), public.as_uri()),
        "kit": (public.as_uri(),),
        "nobody": (),
    }


def test_an_index_that_does_not_answer_is_left_to_who_resolves() -> None:
    with serve(Index({})) as gone:
        pass
    wheels = WheelContents(indexes=[f"{gone.url}/simple"])
    assert wheels.places(["acme", "kit"]) == {"acme": (), "kit": ()}


def test_pages_tell_which_pythons_a_version_is_for() -> None:
    files = [
        {"url": "/f/Tight-1.0.tar.gz"},
        {"url": "/f/tight-2.0-py3-none-any.whl", "requires-python": ">=3.8,<3.13"},
    ]
    link = '<a href="/f/near-1.0-py3-none-any.whl" data-requires-python="&lt;3.9">n</a>'
    index = Index(
        {
            "/json/tight/": json.dumps({"files": files}).encode(),
            "/html/near/": f"<!DOCTYPE html>{link}".encode(),
        }
    )
    with serve(index):
        places = [f"{index.url}/nothing", f"{index.url}/json", f"{index.url}/html"]
        releases = IndexReleases(indexes=places)
        assert releases.requires_python("tight") == {"2.0": ">=3.8,<3.13"}
        assert releases.requires_python("near") == {"1.0": "<3.9"}
        assert releases.requires_python("absent") == {}
    # Nobody answers any more: uv says so where it matters.
    assert releases.requires_python("tight") == {}
