"""The options of `caddis compile`: those of pip-compile, and a few of its own."""

from __future__ import annotations

from argparse import SUPPRESS, Action, ArgumentParser, Namespace
from typing import NoReturn

from caddis.cli.console import add_quiet_option
from caddis.errors import UsageError
from caddis.model.platforms import read_platform

_WITHOUT_EFFECT = (
    "--allow-unsafe",
    "--build-isolation",
    "--color",
    "--no-color",
    "--no-upgrade",
    "--no-reuse-hashes",
    "--rebuild",
    "-r",
    "--reuse-hashes",
    "--verbose",
    "-v",
)
_WITHOUT_EFFECT_OF_VALUE = ("--resolver", "--cache-dir", "--max-rounds")
_OF_BUILDS = {"--build-deps-for": 1, "--all-build-deps": 0, "--only-build-deps": 0}
"""Options that ask for what packages are built with, and how many words follow."""


class _OfBuilds(Action):
    """An option of pip-compile that nothing here fulfils; says what to do instead."""

    def __call__(
        self,
        parser: ArgumentParser,  # noqa: ARG002
        namespace: Namespace,  # noqa: ARG002
        values: object,  # noqa: ARG002
        option_string: str | None = None,
    ) -> NoReturn:
        """Refuse.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            f"caddis pins nothing that packages are built with: {option_string}",
            hint="Write the `requires` of [build-system] into a file of their own, as"
            " build.in, and compile that too: caddis compile requirements.in build.in",
        )


def add_compile_options(parser: ArgumentParser) -> None:
    """Add every option that pip-compile has."""
    parser.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="requirements.in, pyproject.toml or setup.py; - for standard input",
    )
    parser.add_argument(
        *("-o", "--output-file"),
        default="",
        metavar="FILE",
        help="the result, if not requirements.txt for requirements.in; - for stdout",
    )
    parser.add_argument(
        "--all", action="store_true", help="every .in here and in requirements/"
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="show the result, write nothing"
    )
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a file would change"
    )
    add_quiet_option(parser)
    _add_choice_options(parser)
    _add_shape_options(parser)
    add_source_options(parser)
    for option in _WITHOUT_EFFECT:
        parser.add_argument(option, action="store_true", help=SUPPRESS)
    for option in _WITHOUT_EFFECT_OF_VALUE:
        parser.add_argument(option, help=SUPPRESS)
    for option, words in _OF_BUILDS.items():
        parser.add_argument(option, nargs=words, action=_OfBuilds, help=SUPPRESS)


def _add_choice_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("what is chosen")
    group.add_argument(
        "-U", "--upgrade", action="store_true", help="take the newest of everything"
    )
    for names, metavar, told in (
        (("-P", "--upgrade-package"), "NAME", "take the newest of this one"),
        (("-c", "--constraint"), "FILE", "keep to the versions in this file"),
        (("--extra",), "NAME", "also what this extra needs"),
        (("--group",), "NAME", "also what this dependency group needs"),
        (("--unsafe-package",), "NAME", "leave this one out of the result"),
    ):
        group.add_argument(
            *names, action="append", default=[], metavar=metavar, help=told
        )
    group.add_argument(
        "--all-extras", action="store_true", help="also what every extra needs"
    )
    group.add_argument("-p", "--pre", action="store_true", help="take prereleases, too")
    group.add_argument(
        "--python-version",
        default="",
        metavar="VERSION",
        help="for this Python, as 3.11",
    )
    group.add_argument(
        "--platform",
        default="",
        type=read_platform,
        metavar="PLATFORM",
        help="for this platform, as linux-64",
    )
    group.add_argument(
        *("--exclude-newer", "--uploaded-prior-to"),
        default="",
        metavar="DATE",
        help="ignore later packages",
    )
    group.add_argument("--no-allow-unsafe", action="store_true", help=SUPPRESS)
    group.add_argument(
        "--no-build-isolation",
        dest="build_isolation",
        action="store_false",
        help="build with what is installed",
    )


def _add_shape_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how it looks")
    group.add_argument(
        "--generate-hashes", action="store_true", help="add the hashes of the files"
    )
    group.add_argument(
        "--no-annotate",
        dest="annotate",
        action="store_false",
        help="leave out who needs each package",
    )
    group.add_argument("--annotate", action="store_true", default=True, help=SUPPRESS)
    group.add_argument(
        "--annotation-style",
        choices=("split", "line"),
        default="split",
        help="below each package, or behind it",
    )
    group.add_argument(
        "--no-header",
        dest="header",
        action="store_false",
        help="leave out how the file was made",
    )
    group.add_argument("--header", action="store_true", default=True, help=SUPPRESS)
    group.add_argument(
        "--no-strip-extras", action="store_true", help="keep extras: requests[socks]"
    )
    group.add_argument("--strip-extras", action="store_true", help=SUPPRESS)
    group.add_argument(
        "--emit-index-url",
        action="store_true",
        default=None,
        help="name the indexes; done where one is named here or in a source",
    )
    group.add_argument(
        "--no-emit-index-url",
        dest="emit_index_url",
        action="store_false",
        default=None,
        help="do not name them",
    )
    for name, told in (
        ("find-links", "folders and pages with files"),
        ("trusted-host", "hosts that need no certificate"),
        ("options", "any options"),
    ):
        group.add_argument(
            f"--emit-{name}", action="store_true", default=True, help=SUPPRESS
        )
        group.add_argument(
            f"--no-emit-{name}",
            dest=f"emit_{name.replace('-', '_')}",
            action="store_false",
            help=f"do not name {told}",
        )
    group.add_argument(
        "--newline",
        choices=("lf", "crlf", "native", "preserve"),
        default="preserve",
        help="how lines end: as before, unless this says otherwise",
    )


def add_source_options(parser: ArgumentParser) -> None:
    """Add the options that say where packages come from."""
    group = parser.add_argument_group("where packages come from")
    group.add_argument(
        "-i", "--index-url", metavar="URL", help="PyPI index in place of pypi.org"
    )
    for names, metavar, told in (
        (("--extra-index-url",), "URL", "further PyPI index"),
        (("-f", "--find-links"), "PLACE", "folder or page with wheels"),
        (("--trusted-host",), "HOST", "believe this host without a certificate"),
    ):
        group.add_argument(
            *names, action="append", default=[], metavar=metavar, help=told
        )
    group.add_argument(
        "--no-index", action="store_true", help="use nothing but --find-links"
    )
    group.add_argument(
        "--offline", action="store_true", help="use nothing but the caches"
    )
    group.add_argument(
        "--cert", default="", metavar="FILE", help="certificates to believe"
    )
    group.add_argument(
        "--client-cert", default="", metavar="FILE", help="certificate to show"
    )
    group.add_argument(
        "--pip-args", default="", metavar="WORDS", help="more of these, in one word"
    )
