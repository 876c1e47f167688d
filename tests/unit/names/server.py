"""A package index on this machine that counts bytes and may ask who is there."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass
class Index:
    """Files by path, and what was asked of them."""

    files: Mapping[str, bytes]
    ranges: bool = True
    password: str = ""
    """Asked for together with the user `me`; nobody is asked when empty."""
    url: str = ""
    sent: dict[str, int] = field(default_factory=dict)
    """Bytes of each path that went over the wire."""


def html_page(*links: str) -> bytes:
    anchors = "".join(f'<a href="{link}">{link}</a>' for link in links)
    return f"<!DOCTYPE html><html><body>{anchors}</body></html>".encode()


def json_page(*links: str, yanked: tuple[str, ...] = ()) -> bytes:
    files = [{"url": link, "yanked": link in yanked} for link in links]
    return json.dumps({"meta": {"api-version": "1.1"}, "files": files}).encode()


@contextmanager
def serve(index: Index) -> Iterator[Index]:
    """Serve *index* on a free port; its `url` is filled in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, index)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(request: BaseHTTPRequestHandler, index: Index) -> None:
    wanted = base64.b64encode(f"me:{index.password}".encode()).decode()
    given = request.headers.get("Authorization", "")
    body = index.files.get(request.path)
    if index.password and given != f"Basic {wanted}":
        request.send_error(401)
        return
    if body is None:
        request.send_error(404)
        return
    found = _RANGE.match(request.headers.get("Range", ""))
    first, last = 0, len(body) - 1
    if found and index.ranges:
        if found[1]:
            first, last = int(found[1]), min(last, int(found[2]))
        else:
            first = max(0, len(body) - int(found[2]))
        request.send_response(206)
        request.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
    else:
        request.send_response(200)
    kind = "application/vnd.pypi.simple.v1+json" if body[:1] == b"{" else "text/html"
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(last + 1 - first))
    request.end_headers()
    # Who finds a file too large hangs up.
    with contextlib.suppress(ConnectionError):
        request.wfile.write(body[first : last + 1])
    index.sent[request.path] = index.sent.get(request.path, 0) + last + 1 - first


def wheel_of(*modules: str, padding: int = 0, members: int = 0) -> bytes:
    """A wheel with packages, *padding* random bytes, and many small *members*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.bin", os.urandom(padding))
        for number in range(members):
            archive.writestr(f"big/part_{number:06}_with_a_long_name.py", "")
        for module in modules:
            archive.writestr(f"{module.replace('.', '/')}/__init__.py", "")
        archive.writestr("x-1.0.dist-info/METADATA", "Name: x\n")
    return buffer.getvalue()
