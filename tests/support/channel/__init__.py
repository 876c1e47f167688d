"""Conda channels that the tests build for themselves, as none can be reached."""

from tests.support.channel.engine import index_channel, install_prefix
from tests.support.channel.package import (
    EPOCH,
    PLACEHOLDER,
    File,
    Link,
    Package,
    binary_file,
    text_file,
    write_package,
)
from tests.support.channel.tiny import tiny_channel

__all__ = [
    "EPOCH",
    "PLACEHOLDER",
    "File",
    "Link",
    "Package",
    "binary_file",
    "index_channel",
    "install_prefix",
    "text_file",
    "tiny_channel",
    "write_package",
]
