"""A channel of hand-made packages, each with one trait that matters; about a second.

| package | trait |
|---|---|
| python | a stand-in that runs the tests' interpreter with the prefix's packages |
| greet 1.0, 2.0 | noarch python with an entry point and a dist-info |
| prefixed | the prefix in a text, a script, and a binary file |
| activated | scripts and variables for activation |
| linked | symbolic links to a file, to a link, to a folder |
| _odd.name-x_y | its name; version with epoch and local part; file names |
| data-only | noarch generic |
| base 1.0, 2.0; left, right | left and right cannot live together |
| same-one, same-two | both own the same file |
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

from caddis.host import this_host
from tests.support.channel.dist import with_dist_info
from tests.support.channel.engine import index_channel
from tests.support.channel.package import (
    Entry,
    File,
    Link,
    Package,
    binary_file,
    text_file,
    write_package,
)

ODD_NAME = "_odd.name-x_y"
TINY = ("greet", "prefixed", "activated", "linked", "data-only", "base", ODD_NAME)
"""All of it that can live together."""

PYTHON_VERSION = platform.python_version()
_MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"


def tiny_channel(path: Path) -> str:
    """Write the channel into *path*, index it, and return its URL."""
    for package in tiny_packages():
        write_package(package, path)
    return index_channel(path)


def tiny_packages() -> tuple[Package, ...]:
    """Describe every package of the tiny channel."""
    return (
        stand_in_python(),
        greet("1.0"),
        greet("2.0"),
        prefixed(),
        activated(),
        linked(),
        odd(),
        Package(
            name="data-only",
            noarch="generic",
            files={"share/data-only/table.csv": text_file("a,b\n1,2\n")},
        ),
        Package(name="base", version="1.0", files={"share/base": text_file("1\n")}),
        Package(name="base", version="2.0", files={"share/base": text_file("2\n")}),
        Package(name="left", depends=("base >=1,<2",)),
        Package(name="right", depends=("base >=2",)),
        Package(name="same-one", files={"share/same": text_file("one\n")}),
        Package(name="same-two", files={"share/same": text_file("two\n")}),
    )


def stand_in_python() -> Package:
    """Make a `python` that is a script around the interpreter of the tests."""
    site = this_host().site_packages(_MINOR)
    script = (
        "#!/bin/sh\n"
        'here=$(dirname "$(readlink -f "$0")")\n'
        f'PYTHONPATH="$here/../{site}" exec {sys.executable} "$@"\n'
    )
    files: dict[str, Entry] = {
        f"bin/python{_MINOR}": text_file(script, executable=True),
        "bin/python3": Link(target=f"python{_MINOR}"),
        "bin/python": Link(target=f"python{_MINOR}"),
        f"{site}/README.txt": text_file("Packages go here.\n"),
    }
    return Package(name="python", version=PYTHON_VERSION, files=files)


def greet(version: str) -> Package:
    """Make a noarch python package with a command."""
    code = f"def main():\n    print('hello from greet {version}')\n"
    files: dict[str, Entry] = {"site-packages/greet/__init__.py": text_file(code)}
    return Package(
        name="greet",
        version=version,
        build="pyhd_0",
        noarch="python",
        depends=("python >=3.8",),
        entry_points=("greet = greet:main",),
        files=with_dist_info(
            files, name="greet", version=version, site="site-packages"
        ),
    )


def prefixed() -> Package:
    """Make a package with the prefix in its files."""
    script = '#!{prefix}/bin/python\nprint("from a script")\n'
    files: dict[str, Entry] = {
        "share/prefixed/config.txt": text_file("home={prefix}\nlib={prefix}/lib\n"),
        "bin/prefixed": text_file(script, executable=True),
        "lib/prefixed.bin": binary_file(b"/share/one", b"/share/two"),
    }
    return Package(name="prefixed", depends=("python",), files=files)


def activated() -> Package:
    """Make a package with activation scripts and variables."""
    variables = json.dumps({"ACTIVATED_MODE": "on"})
    files: dict[str, Entry] = {
        "etc/conda/activate.d/activated.sh": text_file(
            'export ACTIVATED_HOME="{prefix}/share/activated"\n'
        ),
        "etc/conda/deactivate.d/activated.sh": text_file("unset ACTIVATED_HOME\n"),
        "etc/conda/env_vars.d/activated.json": text_file(variables),
        "share/activated/note.txt": text_file("here\n"),
    }
    return Package(name="activated", files=files)


def linked() -> Package:
    """Make a package with symbolic links."""
    library = File(content=b"\x7fELF, or nearly so\n", mode=0o755)
    files: dict[str, Entry] = {
        "lib/liblinked.so.1.0": library,
        "lib/liblinked.so.1": Link(target="liblinked.so.1.0"),
        "lib/liblinked.so": Link(target="liblinked.so.1"),
        "share/linked/v1/note.txt": text_file("one\n"),
        "share/linked/current": Link(target="v1"),
        "share/linked/library": Link(target="../../lib/liblinked.so"),
    }
    return Package(name="linked", files=files)


def odd() -> Package:
    """Make a package that is unusual and legal in every name it has."""
    files: dict[str, Entry] = {
        "share/odd/with space.txt": text_file("space\n"),
        "share/odd/été.txt": text_file("accent\n"),
        "share/odd/-dash.txt": text_file("dash\n"),
    }
    return Package(name=ODD_NAME, version="1!2.0.post1+local.3", files=files)
