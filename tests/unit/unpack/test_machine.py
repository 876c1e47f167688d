"""An environment that cannot run here is refused before anything is written."""

from __future__ import annotations

import pytest

from caddis.errors import SystemFailure
from caddis.host import LINUX, MACOS_ARM, Host
from caddis.model.archive import Manifest
from caddis.stages.unpack import check_machine


def check(platform: str, needed: str, *, host: Host, glibc: str) -> None:
    needs = {"glibc": needed} if needed else {}
    manifest = Manifest(
        platform=platform, python="3.11.7", compression="zstd", layers=(), needs=needs
    )
    check_machine(manifest, host=host, glibc=glibc)


def test_a_newer_or_equal_glibc_is_enough() -> None:
    check("linux-64", "2.28", host=LINUX, glibc="2.28")
    # As text 2.4 would be more than 2.36.
    check("linux-64", "2.4", host=LINUX, glibc="2.36")


@pytest.mark.parametrize(("have", "said"), [("2.17", "has 2.17"), ("", "has none")])
def test_an_older_glibc_or_none_is_told(have: str, said: str) -> None:
    with pytest.raises(SystemFailure, match=rf"needs glibc 2\.28; .*{said}"):
        check("linux-64", "2.28", host=LINUX, glibc=have)


def test_another_platform_is_told() -> None:
    with pytest.raises(SystemFailure, match="for linux-64; this is osx-arm64"):
        check("linux-64", "2.28", host=MACOS_ARM, glibc="")


def test_a_mac_needs_no_glibc() -> None:
    check("osx-arm64", "", host=MACOS_ARM, glibc="")
