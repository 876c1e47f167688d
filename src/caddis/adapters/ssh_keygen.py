"""Signatures by SSH keys, made and checked by OpenSSH's ssh-keygen.

https://man.openbsd.org/ssh-keygen.1 (-Y sign, -Y verify, ALLOWED SIGNERS)
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from caddis.errors import ArchiveError, SystemFailure

_NAMESPACE = "caddis"
"""A signature is good for one purpose only."""


class SshKeygen:
    """Fulfils `caddis.ports.formats.Signer`."""

    def __init__(self, program: str = "ssh-keygen") -> None:
        self._program = program

    def sign(self, text: bytes, *, key: Path) -> bytes:
        """Sign *text*; ssh-keygen asks for a passphrase itself, or the agent."""
        done = self._run("sign", "-f", str(key), "-n", _NAMESPACE, text=text)
        if done.returncode or not done.stdout:
            raise SystemFailure(
                f"{key} cannot sign: {_said(done)}",
                hint="Name the file of an SSH key: ssh-keygen -t ed25519 makes one.",
            )
        return done.stdout

    def check(
        self, text: bytes, signature: bytes, *, allowed: Path, identity: str = ""
    ) -> str:
        """Check that someone in the file *allowed* signed *text*, and say who."""
        if not allowed.is_file():
            raise SystemFailure(
                f"there is no file {allowed}",
                hint="An allowed-signers file has lines as: NAME ssh-ed25519 AAAA…",
            )
        with tempfile.NamedTemporaryFile(prefix="caddis-", suffix=".sig") as file:
            file.write(signature)
            file.flush()
            named = ["-s", file.name, "-f", str(allowed)]
            who = identity or self._principal(named)
            words = [*named, "-I", who, "-n", _NAMESPACE]
            done = self._run("verify", *words, text=text)
            if done.returncode:
                raise self._refusal(named, identity, done)
        return who

    def _refusal(
        self,
        named: list[str],
        identity: str,
        done: subprocess.CompletedProcess[bytes],
    ) -> ArchiveError:
        """Say whether another signed it, or nobody signed it as it is now."""
        signers = self._principals(named)
        if identity and signers and identity not in signers:
            return ArchiveError(
                f"the archive was not signed by {identity}, but by {signers[0]}",
                hint="Ask for that name if you trust it, or for another archive.",
            )
        said = _said(done)
        return ArchiveError(
            f"the signature is not of this archive{': ' if said else ''}{said}",
            hint="Do not trust this archive: it changed after it was signed.",
        )

    def _principals(self, named: list[str]) -> list[str]:
        done = self._run("find-principals", *named, text=b"")
        names = done.stdout.decode("utf-8", "replace").splitlines()
        return [] if done.returncode else names

    def _principal(self, named: list[str]) -> str:
        names = self._principals(named)
        if not names:
            raise ArchiveError(
                "the archive was signed by nobody whom you allow",
                hint="Add the signer's name and public key to the allowed signers.",
            )
        return names[0]

    def _run(
        self, action: str, *words: str, text: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        command = [self._program, "-Y", action, *words]
        try:
            return subprocess.run(command, input=text, capture_output=True, check=False)
        except FileNotFoundError:
            raise SystemFailure(
                f"the program {self._program} is missing",
                hint="It belongs to OpenSSH: apt-get install openssh-client.",
            ) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return " ".join(done.stderr.decode("utf-8", "replace").split())
