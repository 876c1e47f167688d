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
from tests.support.channel.real import DATA_SCIENCE, SMALL, real_channel
from tests.support.channel.tiny import tiny_channel

__all__ = [
    "DATA_SCIENCE",
    "EPOCH",
    "PLACEHOLDER",
    "SMALL",
    "File",
    "Link",
    "Package",
    "binary_file",
    "index_channel",
    "install_prefix",
    "real_channel",
    "text_file",
    "tiny_channel",
    "write_package",
]
