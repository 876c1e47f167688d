"""cmd's activation, as far as its text tells; `test_activate_cmd` runs it."""

from __future__ import annotations

import re
from importlib.resources import files

ACTIVATE = (files("caddis.bootstrap") / "activate.bat").read_text("ascii")
DEACTIVATE = (files("caddis.bootstrap") / "deactivate.bat").read_text("ascii")


def test_every_variable_that_is_set_is_remembered_first() -> None:
    start = ACTIVATE.index("call :remember %%v")
    remembered = set(re.findall(r"for %%v in \(([\w ]+)\)", ACTIVATE)[0].split())
    changed = set(re.findall(r'set "([A-Z]\w*)=', ACTIVATE[start:]))
    assert changed == remembered


def test_what_activation_keeps_is_gone_afterwards() -> None:
    kept = set(re.findall(r'set "(_?CADDIS_\w+)=', ACTIVATE))
    passing = {"_CADDIS_KNOWN", "_CADDIS_OLD_"}
    for name in kept - passing:
        assert f'set "{name}="' in DEACTIVATE
    assert 'set "_CADDIS_KNOWN="' in ACTIVATE
    assert 'set "_CADDIS_OLD_%~1="' in DEACTIVATE


def test_no_value_stands_in_brackets_that_it_could_close() -> None:
    # `if defined X ( set PATH=… )` fails where PATH has "Program Files (x86)".
    for line in (ACTIVATE + DEACTIVATE).splitlines():
        assert not line.rstrip().endswith("("), line
