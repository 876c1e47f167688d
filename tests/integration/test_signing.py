"""Archives signed with SSH keys, by the real ssh-keygen."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from caddis.adapters.codecs import Gzip, Zstd
from caddis.adapters.ssh_keygen import SshKeygen
from caddis.adapters.zip_codec import Zip
from caddis.cli import main
from caddis.cli.archives.reading import open_any_archive
from caddis.errors import SystemFailure
from caddis.model.archive import MANIFEST, SIGNATURE, write_manifest
from caddis.model.formats.tar_headers import file_header, padding
from caddis.ports.frames import Codec
from caddis.stages.verify import verify_archive
from tests.support.archives import pack_small

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen"),
]
CODECS = pytest.mark.parametrize(
    "codec", [Zstd(), Gzip(), Zip()], ids=lambda codec: codec.name
)


def make_key(folder: Path, name: str) -> Path:
    key = folder / name
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)]
    subprocess.run(words, check=True)
    return key


def allow(folder: Path, *named: tuple[str, Path]) -> Path:
    lines = (f"{who} {key.with_suffix('.pub').read_text()}" for who, key in named)
    allowed = folder / "allowed_signers"
    allowed.write_text("".join(lines))
    return allowed


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path, "alice")


@pytest.fixture
def allowed(tmp_path: Path, key: Path) -> Path:
    other = make_key(tmp_path, "bob")
    return allow(tmp_path, ("alice@example.com", key), ("bob@example.com", other))


def signed(folder: Path, key: Path | None, codec: Codec | None = None) -> Path:
    out = folder / "env"
    pack_small(out, codec or Zstd(), signer=SshKeygen(), key=key)
    return out


def verified(archive: Path, allowed: Path, *options: str) -> int:
    return main(["verify", str(archive), "--verify", str(allowed), *options])


@CODECS
def test_a_signed_archive_is_taken(
    key: Path,
    allowed: Path,
    tmp_path: Path,
    codec: Codec,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = signed(tmp_path, key, codec)
    assert verified(archive, allowed) == 0
    assert capsys.readouterr().out == "signed by alice@example.com\n"
    assert verified(archive, allowed, "--identity", "alice@example.com") == 0
    assert verify_archive(open_any_archive(archive)) == ()


def test_an_unsigned_archive_is_refused(
    allowed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(signed(tmp_path, None), allowed) == 8
    assert "is not signed" in capsys.readouterr().err


def test_a_signer_whom_nobody_allows_is_refused(
    allowed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = signed(tmp_path, make_key(tmp_path, "mallory"))
    assert verified(archive, allowed) == 8
    assert "signed by nobody whom you allow" in capsys.readouterr().err


def test_another_s_signature_is_refused(
    key: Path, allowed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = signed(tmp_path, key)
    assert verified(archive, allowed, "--identity", "bob@example.com") == 8
    said = capsys.readouterr().err
    assert "was not signed by bob@example.com, but by alice@example.com" in said
    assert "changed" not in said


def resigned_manifest(archive: Path, codec: Codec) -> None:
    """Change the manifest as an attacker would: all hashes right, signature kept."""
    opened = open_any_archive(archive)
    text = opened.manifest_text.replace(b'"3.11.7"', b'"3.11.8"')
    assert text != opened.manifest_text
    files = {MANIFEST: text, SIGNATURE: opened.signature}
    content = b"".join(
        file_header(path, len(data), executable=False) + data + padding(len(data))
        for path, data in files.items()
    )
    compressor = codec.compressor(len(content))
    head = b"".join((compressor.compress(content), *compressor.finish()))
    frames = archive.read_bytes()[opened.frames_start : opened.frames_end]
    archive.write_bytes(head + frames)
    with archive.open("r+b") as file:
        end = codec.end(file, start=0, head=len(head))
        file.seek(0, 2)
        file.write(end)


@CODECS
def test_a_changed_manifest_is_refused_though_all_hashes_fit(
    key: Path,
    allowed: Path,
    tmp_path: Path,
    codec: Codec,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = signed(tmp_path, key, codec)
    resigned_manifest(archive, codec)
    assert main(["verify", str(archive)]) == 0
    assert verified(archive, allowed) == 8
    assert "changed after it was signed" in capsys.readouterr().err


def test_unpack_checks_before_anything_is_written(
    key: Path, allowed: Path, tmp_path: Path
) -> None:
    archive = signed(tmp_path, key)
    resigned_manifest(archive, Zstd())
    prefix = tmp_path / "prefix"
    words = ["unpack", str(archive), "-p", str(prefix), "--verify", str(allowed)]
    assert main(words) == 8
    assert not prefix.exists()
    assert main(["unpack", str(signed(tmp_path, key)), *words[2:]]) == 0
    assert (prefix / SIGNATURE).is_file()


def test_a_signature_for_another_purpose_is_refused(
    key: Path, allowed: Path, tmp_path: Path
) -> None:
    text = write_manifest(open_any_archive(signed(tmp_path, None)).manifest)
    words = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "git"]
    done = subprocess.run(words, input=text, capture_output=True, check=True)

    class OfGit(SshKeygen):
        def sign(self, text: bytes, *, key: Path) -> bytes:
            return done.stdout

    pack_small(tmp_path / "env", Zstd(), signer=OfGit(), key=key)
    assert verified(tmp_path / "env", allowed) == 8


def test_plain_tar_reads_a_signed_archive(key: Path, tmp_path: Path) -> None:
    archive = signed(tmp_path, key, Gzip())
    with tarfile.open(archive) as opened:
        assert opened.getnames()[:2] == [MANIFEST, SIGNATURE]
        assert "lib/one.py" in opened.getnames()


def test_frames_are_the_same_with_and_without_a_signature(
    key: Path, tmp_path: Path
) -> None:
    plain = open_any_archive(signed(tmp_path, None)).manifest_text
    assert open_any_archive(signed(tmp_path, key)).manifest_text == plain


def test_a_key_that_is_none_leaves_no_archive(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("not a key")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(SystemFailure, match="cannot sign"):
        signed(tmp_path, tmp_path / "key")
    assert not (tmp_path / "env").exists()


def test_without_ssh_keygen_the_hint_says_where_it_is(tmp_path: Path) -> None:
    with pytest.raises(SystemFailure, match="no-such-program is missing"):
        SshKeygen("no-such-program").sign(b"", key=tmp_path)


def test_a_name_without_a_file_to_look_in_is_a_mistake(tmp_path: Path) -> None:
    assert main(["verify", str(signed(tmp_path, None)), "--identity", "alice"]) == 2
