"""Make an unpacked environment know where it is.

Runs with the environment's own Python, standard library only: caddis copies this file
into every archive as `.caddis/relocate.py`. It can be run again after every move.

`.caddis/manifest.json` lists the places: files that were built with a placeholder
instead of a prefix, and where in them it stands. `.caddis/prefix` holds the prefix that
is written there now; while it is missing, the placeholder itself is.

A text file grows and shrinks with the prefix. In a binary file each string that holds
a prefix keeps its space and is filled up with NULs, so the prefix may be as long as the
placeholder at most. Files are replaced whole (written beside, then renamed), so a hard
link elsewhere is never touched, and an interrupted run is finished by the next.

`.caddis/variables` has one file for each variable that activation sets, so that shells
need no JSON: its name is the variable's, its content the value.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from typing import Any, Dict, List, Optional, Tuple

Places = List[Dict[str, Any]]

MANIFEST = os.path.join(".caddis", "manifest.json")
CURRENT = os.path.join(".caddis", "prefix")
INTENDED = os.path.join(".caddis", "prefix.next")
VARIABLES = os.path.join(".caddis", "variables")

_PACKAGE_VARIABLES = os.path.join("etc", "conda", "env_vars.d")
_OWN_VARIABLES = os.path.join("conda-meta", "state")
_UNSET = "***unset***"
"""conda's mark for a variable that is not to be set."""


class CannotRelocate(Exception):
    """The environment cannot be made to work in this place."""


class PrefixTooLong(CannotRelocate):
    """A binary file has no room for the prefix."""


def relocate(root: str, prefix: Optional[str] = None) -> List[str]:
    """Patch the environment in folder *root* to work as *prefix* (default: *root*).

    Returns the paths, relative to *root*, of files that were changed by somebody
    since they were unpacked, so that the prefix in them could not be replaced.

    Raises:
        PrefixTooLong: a binary file has no room for *prefix*; nothing was written.
        CannotRelocate: *root* is no such environment; nothing was written.
    """
    prefix = os.path.abspath(root) if prefix is None else prefix
    places = _read_places(root)
    current = _read_line(os.path.join(root, CURRENT))
    if current == prefix:
        return []
    _check_length(places, prefix)
    known = [current, _read_line(os.path.join(root, INTENDED)), prefix]
    _write_line(os.path.join(root, INTENDED), prefix)
    skipped: List[str] = []
    patched: Dict[str, Dict[str, str]] = {}
    for place in places:
        digest = _patch_file(root, place, [None, *filter(None, known)], prefix)
        if digest is None:
            skipped.append(place["path"])
        elif place.get("record"):
            patched.setdefault(place["record"], {})[place["path"]] = digest
    for record, digests in patched.items():
        _update_record(os.path.join(root, record), digests)
    write_variables(root)
    os.replace(os.path.join(root, INTENDED), os.path.join(root, CURRENT))
    return skipped


def _read_places(root: str) -> Places:
    try:
        with open(os.path.join(root, MANIFEST), encoding="utf-8") as file:
            layers = json.load(file)["layers"]
    except FileNotFoundError:
        raise CannotRelocate(
            "%s has no %s: it was not unpacked from a caddis archive" % (root, MANIFEST)
        ) from None
    places = [place for layer in layers for place in layer["places"]]
    for place in places:
        for path in (place["path"], place.get("record") or "x"):
            if "\0" in path or _leads_out(path):
                raise CannotRelocate("%r leads out of the environment" % path)
    return places


def _leads_out(path: str) -> bool:
    """Say whether *path* starts elsewhere or steps up, on whatever system."""
    parts = re.split(r"[/\\]", path)
    return not parts[0] or ".." in parts or bool(os.path.splitdrive(path)[0])


def _check_length(places: Places, prefix: str) -> None:
    size = len(os.fsencode(prefix))
    for place in places:
        room = len(place["placeholder"].encode())
        if place.get("ends") and size > room:
            raise PrefixTooLong(
                "the path %s has %d bytes; %s has room for %d"
                % (prefix, size, place["path"], room)
            )


def _patch_file(
    root: str, place: Dict[str, Any], known: List[Optional[str]], prefix: str
) -> Optional[str]:
    path = os.path.join(root, *place["path"].split("/"))
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return None
    placeholder = place["placeholder"].encode()
    new = os.fsencode(prefix)
    for text in known:
        old = placeholder if text is None else os.fsencode(text)
        changed = patch(content, place, old, new)
        if changed is not None:
            if changed != content:
                _replace(path, changed)
            return hashlib.sha256(changed).hexdigest()
    return None


def patch(
    content: bytes, place: Dict[str, Any], old: bytes, new: bytes
) -> Optional[bytes]:
    """Give *content* with *new* in each place where *old* stands now.

    Returns None when *old* does not stand in every place.
    """
    if place.get("ends"):
        return _patch_binary(content, place, old, new)
    return _patch_text(content, place, old, new)


def _patch_text(
    content: bytes, place: Dict[str, Any], old: bytes, new: bytes
) -> Optional[bytes]:
    grown = len(old) - len(place["placeholder"].encode())
    parts: List[bytes] = []
    done = 0
    for count, offset in enumerate(place["offsets"]):
        start = offset + count * grown
        if content[start : start + len(old)] != old:
            return None
        parts += [content[done:start], new]
        done = start + len(old)
    parts.append(content[done:])
    return b"".join(parts)


def _patch_binary(
    content: bytes, place: Dict[str, Any], old: bytes, new: bytes
) -> Optional[bytes]:
    grown = len(old) - len(place["placeholder"].encode())
    parts: List[bytes] = []
    done = 0
    for offsets, end in _strings(place):
        text: List[bytes] = []
        kept = offsets[0]
        for count, offset in enumerate(offsets):
            start = offset + count * grown
            if content[start : start + len(old)] != old:
                return None
            text += [content[kept:start], new]
            kept = start + len(old)
        text.append(content[kept : end + len(offsets) * grown])
        string = b"".join(text)
        if len(string) > end - offsets[0]:
            return None
        parts += [content[done : offsets[0]], string.ljust(end - offsets[0], b"\0")]
        done = end
    parts.append(content[done:])
    return b"".join(parts)


def _strings(place: Dict[str, Any]) -> List[Tuple[List[int], int]]:
    """Group the offsets of a binary file by the string they stand in."""
    strings: Dict[int, List[int]] = {}
    for offset, end in zip(place["offsets"], place["ends"]):  # noqa: B905
        strings.setdefault(end, []).append(offset)
    return [(offsets, end) for end, offsets in sorted(strings.items())]


def _update_record(path: str, digests: Dict[str, str]) -> None:
    """Keep conda's note of a file's hash in this prefix true."""
    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
    except (OSError, ValueError):
        return
    for entry in record.get("paths_data", {}).get("paths", ()):
        if entry.get("_path") in digests:
            entry["sha256_in_prefix"] = digests[entry["_path"]]
    _replace(path, record_text(record))


def record_text(record: Dict[str, Any]) -> bytes:
    """Write a conda-meta record: always the same bytes for the same record.

    Not indented, for that takes the encoder that is written in Python.
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def write_variables(root: str | os.PathLike[str]) -> None:
    """Write the variables of the environment in *root* for shells to read.

    Packages bring theirs in `etc/conda/env_vars.d`; those of the environment, which
    `conda env config vars` sets, stand in `conda-meta/state` and win.
    """
    values = _read_variables(root)
    folder = os.path.join(root, VARIABLES)
    sources = (folder, os.path.join(root, _OWN_VARIABLES))
    if not values and not any(map(os.path.exists, sources)):
        return
    os.makedirs(folder, 0o755, exist_ok=True)
    for name in set(os.listdir(folder)) - set(values):
        os.unlink(os.path.join(folder, name))
    for name, value in values.items():
        _write(os.path.join(folder, name), value.encode())
    os.utime(folder)  # Activation compares its age with that of conda-meta/state.


def _read_variables(root: str | os.PathLike[str]) -> Dict[str, str]:
    folder = os.path.join(root, _PACKAGE_VARIABLES)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    values: Dict[str, Any] = {}
    for name in names:
        if name.endswith(".json"):
            values.update(_read_object(os.path.join(folder, name)))
    state = _read_object(os.path.join(root, _OWN_VARIABLES))
    own = state.get("env_vars")
    values.update(own if isinstance(own, dict) else {})
    return {
        name: str(value)
        for name, value in values.items()
        if re.match(r"[A-Za-z_][A-Za-z0-9_]*\Z", name) and value != _UNSET
    }


def _read_object(path: str) -> Dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(path: str, content: bytes) -> None:
    mode = os.stat(path).st_mode & 0o777
    beside = "%s.caddis-%d" % (path, os.getpid())
    try:
        with open(beside, "wb") as file:
            file.write(content)
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def _read_line(path: str) -> Optional[str]:
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read()).rstrip("\n") or None
    except FileNotFoundError:
        return None


def _write_line(path: str, text: str) -> None:
    _write(path, os.fsencode(text) + b"\n")


def _write(path: str, content: bytes) -> None:
    """Write a file that only its owner may change, whatever the umask is."""
    with open(path, "wb", opener=_open_safely) as file:
        file.write(content)


def _open_safely(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)


def main(words: List[str]) -> int:
    """Relocate the environment that this file travels in.

    *words* may name the prefix that it will have, if that is not where it is now.
    """
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    try:
        skipped = relocate(root, words[0] if words else None)
        write_variables(root)
    except (CannotRelocate, OSError) as error:
        sys.stderr.write("caddis-unpack: %s\n" % error)
        return 8
    for path in skipped:
        sys.stderr.write(
            "caddis-unpack: %s was changed since; its prefix stays\n" % path
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
