"""Which modules Python itself brings, by version from 3.8 to 3.14."""

from __future__ import annotations

from functools import cache

Version = tuple[int, int]
"""Major and minor."""


@cache
def standard_library(version: Version) -> frozenset[str]:
    """List the top-level modules that Python *version* brings, on any platform."""
    modules = {*_PRIVATE.split(), *_ALWAYS.split(), _FOR_TYPE_CHECKERS}
    for added, names in ADDED.items():
        if version >= added:
            modules.update(names.split())
    for removed, names in _REMOVED.items():
        if version < removed:
            modules.update(names.split())
    return frozenset(modules)


@cache
def standard_where(marker: str) -> frozenset[str]:
    """List the modules that every Python brings for which *marker* holds.

    `tomllib` under `python_version >= "3.11"` is standard, whatever runs here.
    """
    if "python_" not in marker:
        return frozenset()
    from packaging.markers import Marker

    condition = Marker(marker)
    meant = (
        standard_library(version)
        for version in _VERSIONS
        if condition.evaluate(_environment(version))
    )
    first = next(meant, frozenset())
    return first.intersection(*meant)


@cache
def of_other_pythons() -> dict[str, str]:
    """Map modules that not every supported Python brings to those that do."""
    added = {
        name: f"Python {_text(version)} and later"
        for version, names in ADDED.items()
        for name in names.split()
    }
    removed = {
        name: f"Python before {_text(version)}"
        for version, names in _REMOVED.items()
        for name in names.split()
    }
    return {**added, **removed}


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def _environment(version: Version) -> dict[str, str]:
    text = _text(version)
    return {"python_version": text, "python_full_version": f"{text}.0"}


_FOR_TYPE_CHECKERS = "_typeshed"
"""Every type checker brings it; nothing else can import it."""
_VERSIONS: tuple[Version, ...] = tuple((3, minor) for minor in range(8, 15))
_ALWAYS = """
    abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect
    builtins bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys
    compileall concurrent configparser contextlib contextvars copy copyreg csv
    ctypes curses dataclasses datetime dbm decimal difflib dis doctest email
    encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch
    fractions ftplib functools gc genericpath getopt getpass gettext glob grp gzip
    hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress
    itertools json keyword linecache locale logging lzma mailbox marshal math
    mimetypes mmap modulefinder msvcrt multiprocessing netrc nt ntpath nturl2path
    numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil
    platform plistlib poplib posix posixpath pprint profile pstats pty pwd
    py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline
    reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex
    shutil signal site smtplib socket socketserver sqlite3 sre_compile sre_constants
    sre_parse ssl stat statistics string stringprep struct subprocess symtable sys
    sysconfig syslog tabnanny tarfile tempfile termios test textwrap this threading
    time timeit tkinter token tokenize trace traceback tracemalloc tty turtle
    turtledemo types typing unicodedata unittest urllib uuid venv warnings wave
    weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport
    zlib
"""

ADDED: dict[Version, str] = {
    (3, 9): "graphlib zoneinfo",
    (3, 11): "tomllib",
    (3, 14): "annotationlib compression",
}
"""What each version added."""

_REMOVED: dict[Version, str] = {
    (3, 9): "dummy_threading",
    (3, 10): "formatter parser symbol",
    (3, 11): "binhex",
    (3, 12): "asynchat asyncore distutils imp smtpd",
    (3, 13): """
    aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib
    ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib
    """,
}
"""What each version removed."""

_PRIVATE = """
    __future__ __main__ _abc _aix_support _android_support _ast _asyncio _bisect
    _blake2 _bootlocale _bootsubprocess _bz2 _codecs _codecs_cn _codecs_hk
    _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc
    _colorize _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses
    _curses_panel _datetime _dbm _decimal _dummy_thread _elementtree
    _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq
    _hmac _imp _interpchannels _interpqueues _interpreters _io _ios_support _json
    _locale _lsprof _lzma _markupbase _md5 _msi _multibytecodec _multiprocessing
    _opcode _opcode_metadata _operator _osx_support _overlapped _peg_parser _pickle
    _posixshmem _posixsubprocess _py_abc _pydatetime _pydecimal _pyio _pylong
    _pyrepl _queue _random _remote_debugging _scproxy _sha1 _sha2 _sha256 _sha3
    _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics
    _string _strptime _struct _suggestions _symtable _sysconfig _thread
    _threading_local _tkinter _tokenize _tracemalloc _types _typing _uuid _warnings
    _weakref _weakrefset _winapi _wmi _xxsubinterpreters _zoneinfo _zstd
"""
"""Helpers of CPython, of any version: no package on an index has these names."""
