"""What people used to conda, pip, uv or poetry type, and what does that here."""

from __future__ import annotations

from collections.abc import Sequence

_LISTED = "caddis export -p PREFIX lists what is in an environment; caddis record, all."
_DECLARED = "Put it into the file that declares what the project needs, then:"
_IN_IT = (
    "caddis run -- PROGRAM starts what is in an environment; source PREFIX/bin/activate"
    " works, too."
)
HINTS = {
    **dict.fromkeys(
        ("create", "install"),
        "caddis sync installs what a project declares; -p PREFIX says where.",
    ),
    "add": f"{_DECLARED} caddis sync. caddis scan --write adds what the code imports.",
    **dict.fromkeys(
        ("remove", "uninstall"),
        "Take it out of the file that declares it, then: caddis lock, and caddis sync.",
    ),
    **dict.fromkeys(
        ("update", "upgrade"),
        "caddis lock --upgrade takes the newest of everything, -P NAME of one package.",
    ),
    **dict.fromkeys(("activate", "shell", "exec"), _IN_IT),
    **dict.fromkeys(("list", "freeze", "tree", "env", "show"), _LISTED),
    "info": "caddis inspect tells of an archive, caddis cache of this machine.",
    "check": "caddis scan, lock and sync have --check; caddis verify checks what runs.",
    **dict.fromkeys(
        ("build", "bundle", "archive"), "caddis pack makes an archive of a project."
    ),
    "solve": "caddis lock chooses every package.",
    "init": "Nothing has to be set up: caddis pack FOLDER reads what is there.",
}
"""What a command of theirs is here."""

_OF_PACK = {
    "--format": "The ending of the name after -o says it, as in -o env.tar.gz.",
    "--arcroot": "Unpack it there: mkdir -p PATH && tar -xf OUT -C PATH",
    "--ignore-editable-packages": "--editable says what becomes of them.",
    "--python-prefix": "The interpreter goes along, wherever the target has one.",
    "--directory-only": "End the name after -o in / for a folder.",
    "--create-executable": "End the name after -o in .sh for one that unpacks itself.",
}
_OF_ALL = {
    **dict.fromkeys(
        ("-v", "--verbose"),
        "What is done is told line by line as it is; --json has more.",
    ),
    **dict.fromkeys(("-y", "--yes"), "Nothing is asked for which that is an answer."),
    **dict.fromkeys(("-r", "--requirement"), "caddis lock -f FILE reads such a file."),
    **dict.fromkeys(("--extra", "--with"), "--group takes extras, too."),
    "--frozen": "--locked makes no lock, and stops where one is out of date.",
}


def option_hint(command: str, option: str) -> str:
    """Say what does here what *option* of another tool does; empty where unknown."""
    here = _OF_PACK if command == "caddis pack" else {}
    return here.get(option) or _OF_ALL.get(option, "")


def behind_command(words: Sequence[str], commands: Sequence[str]) -> str:
    """Put options behind the command that follows them; empty where none does."""
    at = next((n for n, word in enumerate(words) if word in commands), 0)
    if not at:
        return ""
    return " ".join(("caddis", words[at], *words[:at], *words[at + 1 :]))
