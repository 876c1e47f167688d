"""Scripts that find their interpreter from where they themselves are.

The header is read twice: by sh, for which `''':'` is a command that does nothing, and
by Python, for which everything up to the next three quotes is a string.
"""

from __future__ import annotations

import re

_HEADER = """\
#!/bin/sh
{cookie}''':'
here=$0
case $here in */*) ;; *) here=./$here ;; esac
while [ -h "$here" ]; do
    link=$(readlink "$here")
    case $link in /*) here=$link ;; *) here=${{here%/*}}/$link ;; esac
done
exec "${{here%/*}}/python"{flags} "$0" "$@"
'''
"""

_SHEBANG = re.compile(
    rb"#![ \t]*(?:/usr/bin/env[ \t]+(?:-S[ \t]+)?)?"
    rb"(?P<program>\S+)[ \t]*(?P<flags>[^\n]*)\n"
)
_PYTHON = re.compile(rb"(?:.*/)?pythonw?(?:\d(?:\.\d+)?)?$")
_TWO_FACED = re.compile(
    rb"#!/bin/sh\n(?P<cookie>#.*coding.*\n)?"
    rb"'''(?:exec' (?P<command>[^\n]*)(?: #|\n' )'''"
    rb"|:'\n(?:(?!''').*\n)*?exec (?P<ours>[^\n]*)\n''')\n"
)
"""What pip, uv and conda write for long or relocatable prefixes, and our own."""
_FLAGS = re.compile(rb"python[\d.]*['\"]? (?P<flags>(?:-\S+ )*)\"\$0\"")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*(?!utf-?8)[-\w.]+", re.IGNORECASE)


def entry_point_script(module: str, attribute: str) -> bytes:
    """Write the script that calls *attribute*, dotted or not, of *module*."""
    return _header() + call_text(module, attribute)


def call_text(module: str, attribute: str) -> bytes:
    """Write the Python code of `entry_point_script`."""
    first = attribute.split(".", maxsplit=1)[0]
    return (
        f"import sys\n"
        f"from {module} import {first}\n"
        f'if __name__ == "__main__":\n'
        f"    sys.exit({attribute}())\n"
    ).encode()


def portable_script(content: bytes) -> bytes | None:
    """Give the Python script *content* our header; None when it is none."""
    two_faced = _TWO_FACED.match(content)
    if two_faced:
        command = two_faced["command"] or two_faced["ours"]
        flags = _FLAGS.search(command)
        if b"python" not in command:
            return None
        body = (two_faced["cookie"] or b"") + content[two_faced.end() :]
        return _with_header(body, flags["flags"].strip() if flags else b"")
    shebang = _python_line(content)
    if shebang is None:
        return None
    return _with_header(content[shebang.end() :], shebang["flags"].strip())


def script_body(content: bytes) -> bytes | None:
    """Give the Python script *content* without its first line; None when it is none."""
    shebang = _python_line(content)
    return None if shebang is None else content[shebang.end() :]


def _python_line(content: bytes) -> re.Match[bytes] | None:
    shebang = _SHEBANG.match(content)
    return shebang if shebang and _PYTHON.match(shebang["program"]) else None


def _with_header(body: bytes, flags: bytes) -> bytes:
    line, _, rest = body.partition(b"\n")
    if _COOKIE.match(line):
        return _header(flags.decode(), line.decode("ascii", "ignore")) + rest
    return _header(flags.decode()) + body


def _header(flags: str = "", cookie: str = "") -> bytes:
    return _HEADER.format(
        flags=f" {flags}" if flags else "", cookie=f"{cookie}\n" if cookie else ""
    ).encode()
