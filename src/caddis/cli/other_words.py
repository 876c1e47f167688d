"""What people used to conda, pip, uv or poetry type, and what does that here."""

from __future__ import annotations

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
